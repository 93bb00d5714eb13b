"""Writes adamw.json: torch's AdamW with two groups under OneCycleLR, step by step.

Run: python adamw_fixture.py > adamw.json   (made with torch 2.13.0+cpu, float32, single-tensor path)
"""
import json
import torch

STEPS = 20
MAX_RATE = 0.05
# name, shape, decay, every how many steps the gradient is missing (0: never)
PARAMETERS = [
    ("matrix", [3, 4], 1e-2, 0),
    ("volume", [2, 3, 2], 1e-2, 3),
    ("bias", [5], 0.0, 0),
    ("late", [4], 0.0, 2),
]


def value(index, size):
    """Exact in float32, so that Java repeats it to the bit."""
    return torch.tensor([((i * 5 + index * 3) % 13 - 6) / 4 for i in range(size)])


def gradient(index, size, step):
    """Eighths, scaled down by up to 2^-30 so that epsilon matters."""
    return torch.tensor(
        [((i * 7 + step * 11 + index * 5) % 17 - 8) / 8 * 2.0 ** (-10 * (i % 4)) for i in range(size)]
    )


def missing(every, step):
    return every > 0 and step % every == 1


tensors = {}
for index, (name, shape, _, _) in enumerate(PARAMETERS):
    count = torch.Size(shape).numel()
    tensors[name] = value(index, count).reshape(shape).requires_grad_(True)
groups = [
    {"params": [tensors[n] for n, _, d, _ in PARAMETERS if d == decay], "weight_decay": decay}
    for decay in (1e-2, 0.0)
]
optimizer = torch.optim.AdamW(groups, lr=MAX_RATE, foreach=False, fused=False)
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, MAX_RATE, total_steps=STEPS, pct_start=0.3, final_div_factor=1000
)
steps = []
for step in range(1, STEPS + 1):
    for index, (name, shape, _, every) in enumerate(PARAMETERS):
        tensor = tensors[name]
        tensor.grad = (
            None
            if missing(every, step)
            else gradient(index, tensor.numel(), step).reshape(shape)
        )
    group = optimizer.param_groups[0]
    record = {"rate": group["lr"], "beta1": group["betas"][0]}
    optimizer.step()
    for name, tensor in tensors.items():
        record[name] = [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]
    steps.append(record)
    schedule.step()
print(
    json.dumps(
        {
            "made": f"adamw_fixture.py, torch {torch.__version__}",
            "maxRate": MAX_RATE,
            "pctStart": 0.3,
            "parameters": [
                {"name": n, "shape": s, "decay": d, "missingEvery": e} for n, s, d, e in PARAMETERS
            ],
            "steps": steps,
        },
        indent=None,
        separators=(",", ":"),
    ).replace('{"rate"', '\n{"rate"')
)
