"""Writes the checkpoints of this folder with torch, the reference implementation, and what they hold.

    python3 make_checkpoints.py new    (made with Python 3.11.7, torch 2.13.0+cpu, NumPy 2.4.6)
    python3 make_checkpoints.py old    (made with Python 3.11.2, torch 1.13.1, NumPy 1.24.2)

NAME.pth is a checkpoint, NAME.tsv its tensors (NAME_legacy.pth holds the same): place, element type, shape, elements row by row;
integers in decimal, floating-point numbers as the bits of the float32 nearest to them.
"""

import sys
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

OLD = sys.argv[1] == "old"
NAMES = {
    torch.float16: "FLOAT16", torch.bfloat16: "BFLOAT16", torch.float32: "FLOAT32",
    torch.float64: "FLOAT64", torch.int8: "INT8", torch.int16: "INT16", torch.int32: "INT32",
    torch.int64: "INT64", torch.uint8: "UINT8", torch.bool: "BOOL",
}
if not OLD:
    NAMES[torch.uint16] = "UINT16"


def tensors(value, path=""):
    if isinstance(value, torch.Tensor) and value.dtype in NAMES:
        yield path, value.detach()
    elif isinstance(value, dict):
        for key, inner in value.items():
            key = f"({', '.join(map(str, key))})" if isinstance(key, tuple) else key
            yield from tensors(inner, f"{path}/{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from tensors(inner, f"{path}/{index}" if path else str(index))


def elements(tensor):
    flat = tensor.contiguous().reshape(-1)
    if tensor.dtype.is_floating_point:
        return [f"{bits:08x}" for bits in flat.float().numpy().view(np.uint32)]
    return [str(int(number)) for number in flat.tolist()]


def save(name, value, **options):
    torch.save(value, f"{name}.pth", **options)
    if name.endswith("_legacy") or name.startswith("plain"):
        return
    with open(f"{name}.tsv", "w") as out:
        for path, tensor in tensors(value):
            shape = "x".join(str(n) for n in tensor.shape)
            print(path, NAMES[tensor.dtype], shape, " ".join(elements(tensor)), sep="\t", file=out)


def types():
    special = [0.0, -0.0, 1.0, -1.5, float("inf"), -float("inf"), 65504.0, 6e-8, 1 / 3, 1e-40, 3e38, 7.0]
    all_types = {}
    for dtype, name in NAMES.items():
        if dtype.is_floating_point:
            grid = torch.tensor(special, dtype=torch.float64).to(dtype)
        elif dtype == torch.bool:
            grid = torch.arange(12) % 3 == 0
        else:
            info = torch.iinfo(dtype)
            grid = torch.tensor([info.min, info.max, *range(10)]).to(dtype)
        all_types[name.lower()] = grid.reshape(3, 4)
    all_types["scalar"] = torch.tensor(2.5)
    all_types["count"] = torch.tensor(26599)
    all_types["empty"] = torch.zeros(3, 0)
    return all_types


def views():
    base = torch.arange(24, dtype=torch.float32) * 0.5
    cube = base.reshape(2, 3, 4)
    return OrderedDict(
        base=base, cube=cube, second=cube[1], element=base[7], transposed=cube[0].t(),
        permuted=cube.permute(2, 0, 1), column=cube[:, :, 2], strided=base[1::5],
        expanded=base[3:6].reshape(3, 1).expand(3, 4), repeated=torch.tensor(9.0).expand(2, 2),
        windows=base.unfold(0, 6, 3), nothing=base[5:5], none=cube[:, 1:1], last=base[23:],
        bytes=torch.arange(6, dtype=torch.uint8).reshape(2, 3).t(),
        longs=torch.arange(6).reshape(3, 2).t(), halves=torch.arange(6).half().reshape(3, 2).t(),
    )


class Backbone(nn.Module):
    def __init__(self, voxels=5, hidden=8, width=4, tokens=3):
        super().__init__()
        self.lin0 = nn.Sequential(nn.Linear(voxels, hidden), nn.LayerNorm(hidden), nn.GELU(), nn.Dropout(0.5))
        self.mlp = nn.ModuleList(
            [nn.Sequential(nn.Linear(hidden, hidden), nn.LayerNorm(hidden), nn.GELU()) for _ in range(2)])
        self.lin1 = nn.Linear(hidden, width * tokens)
        self.projector = nn.Sequential(nn.LayerNorm(width), nn.GELU(), nn.Linear(width, 6))

    def forward(self, voxels):
        x = self.lin0(voxels)
        for block in self.mlp:
            x = block(x) + x
        return self.projector(self.lin1(x).reshape(len(x), -1, 4))


class Prior(nn.Module):
    def __init__(self):
        super().__init__()
        self.voxel2clip = Backbone()


def training():
    """What the original's training script saves, after two steps."""
    torch.manual_seed(7)
    model = Prior()
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 1e-2}, {"params": others, "weight_decay": 0.0}], lr=3e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=3e-4, total_steps=10, final_div_factor=1000, last_epoch=-1, pct_start=0.2)
    losses, rates = [], []
    for _ in range(2):
        loss = model.voxel2clip(torch.randn(4, 5)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        rates.append(optimizer.param_groups[0]["lr"])
        schedule.step()
    return {
        "epoch": 1, "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(), "lr_scheduler": schedule.state_dict(),
        "train_losses": losses, "val_losses": [np.float64(0.25), np.float32(0.5)], "lrs": rates,
    }


def plain():
    return {
        "none": None, "true": True, "false": False, "zero": 0, "byte": 255, "short": 65535, "int": -2**31,
        "long": 2**40, "huge": -(10**30), "real": -0.1, "inf": float("inf"), "text": "größe 日本 \U0001F9E0",
        "bytes": b"\x00\xff", "bytearray": bytearray(b"ab"), "list": [1, [2, []]], "tuple": (), "pair": (1, "b"),
        "set": {3}, "frozen": frozenset([4]), "size": torch.Size([2, 3]), "device": torch.device("cuda", 1),
        "dtype": torch.float16, "float64": np.float64(0.1), "float32": np.float32(0.1), "int64": np.int64(-5),
        "uint8": np.uint8(200), "bool": np.bool_(True), "array": np.arange(6, dtype=np.int32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "big": np.arange(3, dtype=">i2"),
        "words": np.array(["a", "b"]), "complex": 1 + 2j, 5: "five", (1, 2): "pair",
        "ordered": OrderedDict([("x", 1), ("y", 2)]), "range": range(3),
    }


class Custom:
    def __init__(self):
        self.weight = torch.ones(2)


def nameless():
    """Tensors without names of their own: as pictures, latents and embeddings are often kept."""
    t = torch.arange(6.0).reshape(2, 3)
    save("tensor", t)
    save("tensor_legacy", t, _use_new_zipfile_serialization=False)
    save("parameter", nn.Parameter(t))
    save("list", [t, t + 1])
    save("tuple", (t, t.half()))
    shared = [t.long()]
    save("nested", {"images": [t[0], [t[1], {"deep": t.T}]], "ids": {7: t.int(), (0, "b"): t[:, 0]}, "one": shared,
                    "again": shared, "epoch": 3, "words": ["a", "b"]})
    torch.save({f"t{i}": torch.ones(1).expand(2**26) for i in range(20)}, "expanded.pth")
    torch.save({"plain": t, "negated": torch.view_as_complex(torch.ones(3, 2)).conj().imag}, "negated.pth")


if OLD:
    save("training_1_13", training())
    save("training_1_13_legacy", training(), _use_new_zipfile_serialization=False)
    save("views_1_13", views())
    save("plain_1_13", plain())
else:
    for kind, options in (("", {}), ("_legacy", {"_use_new_zipfile_serialization": False})):
        save("types" + kind, types(), **options)
        save("views" + kind, views(), **options)
        save("plain" + kind, plain(), **options)
        save("training" + kind, training(), **options)
    save("plain_protocol_4", plain(), pickle_protocol=4)
    save("plain_protocol_5", plain(), pickle_protocol=5)
    save("plain_legacy_protocol_1", plain(), pickle_protocol=1, _use_new_zipfile_serialization=False)
    save("plain_legacy_protocol_4", plain(), pickle_protocol=4, _use_new_zipfile_serialization=False)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    save("module", model.state_dict())
    frozen = nn.Parameter(torch.ones(2, 2), requires_grad=False)
    state = nn.Parameter(torch.zeros(3))
    state.note = "kept beside the parameter"
    save("parameters", {"state_dict": {"a": nn.Parameter(torch.arange(3.0)), "b": frozen, "c": state}})
    torch.save({"ok": torch.ones(3), "complex": torch.ones(2, dtype=torch.complex64), "custom": Custom(),
                "sparse": torch.eye(2).to_sparse(), "whole": nn.Linear(2, 2),
                "storage": torch.ones(2).untyped_storage()}, "foreign.pth")
    torch.jit.script(nn.Linear(2, 1)).save("program.pth")
    nameless()
