"""Writes layers.safetensors: what torch's layers answer, forward and backward.

Run: python layers_fixture.py   (made with torch 2.13.0+cpu, safetensors, float32, one thread)

Entries of a case: <case>/input, perhaps <case>/context, <case>/p/<parameter>, <case>/output, <case>/cotangent (of the
output's shape), and the gradients of sum(output * cotangent): <case>/g/input, <case>/g/context, <case>/g/<parameter>.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_num_threads(1)
torch.manual_seed(11)
out = {}


def case(name, inputs, parameters, function, buffers=()):
    leaves = {**inputs, **{k: v for k, v in parameters.items() if k not in buffers}}
    for key, value in inputs.items():
        out[f"{name}/{key}"] = value.clone()
    for key, value in parameters.items():
        out[f"{name}/p/{key}"] = value.clone()
    for value in leaves.values():
        value.requires_grad_(True)
    result = function({**inputs, **parameters})
    cotangent = torch.randn(result.shape)
    gradients = torch.autograd.grad((result * cotangent).sum(), list(leaves.values()))
    out[f"{name}/output"] = result.detach().contiguous()
    out[f"{name}/cotangent"] = cotangent
    for key, gradient in zip(leaves, gradients):
        out[f"{name}/g/{key}"] = gradient.contiguous()
    for key in buffers:
        out[f"{name}/after/{key}"] = parameters[key].detach().clone()


def images(*shape):
    return {"input": torch.randn(*shape)}


def convolution(name, x, weight, bias, run):
    parameters = {"weight": torch.randn(*weight)}
    if bias:
        parameters["bias"] = torch.randn(weight[0])
    case(name, images(*x), parameters, lambda t: run(t["input"], t["weight"], t.get("bias")))


convolution("conv3x3", (2, 3, 5, 6), (4, 3, 3, 3), True, lambda x, w, b: F.conv2d(x, w, b, padding=1))
convolution("conv_stride", (2, 3, 7, 6), (4, 3, 3, 3), True, lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1))
convolution("conv_down", (2, 3, 6, 8), (4, 3, 3, 3), True,
            lambda x, w, b: F.conv2d(F.pad(x, (0, 1, 0, 1)), w, b, stride=2))
convolution("conv1x7", (1, 2, 4, 9), (3, 2, 1, 7), False, lambda x, w, b: F.conv2d(x, w, b, padding=(0, 3)))
convolution("conv_depthwise", (2, 4, 5, 5), (4, 1, 3, 3), True, lambda x, w, b: F.conv2d(x, w, b, padding=1, groups=4))
convolution("conv_grouped", (2, 4, 5, 5), (6, 2, 3, 3), False, lambda x, w, b: F.conv2d(x, w, b, groups=2))
convolution("conv_patch", (2, 3, 8, 8), (5, 3, 4, 4), True, lambda x, w, b: F.conv2d(x, w, b, stride=4))


def gain(width):
    return {"weight": torch.randn(width), "bias": torch.randn(width)}


def small(*shape):
    """Small numbers, so that epsilon matters."""
    return {"input": torch.randn(*shape) * 2e-3 + 1e-3}


for groups in (1, 2, 6):
    case(f"group_norm{groups}", small(2, 6, 3, 4), gain(6),
         lambda t, groups=groups: F.group_norm(t["input"], groups, t["weight"], t["bias"], 1e-6))
case("group_norm_wide", small(2, 6, 3, 4), gain(6),
     lambda t: F.group_norm(t["input"], 2, t["weight"], t["bias"], 1e-5))
case("layer_norm_channels", small(2, 5, 3, 4), gain(5),
     lambda t: F.layer_norm(t["input"].permute(0, 2, 3, 1), (5,), t["weight"], t["bias"], 1e-6).permute(0, 3, 1, 2))


def statistics(width):
    return {"running_mean": torch.randn(width), "running_var": torch.rand(width) * 1e-3}


for training in (False, True):
    case("batch_norm_train" if training else "batch_norm_eval", small(3, 4, 2, 5), {**gain(4), **statistics(4)},
         lambda t, training=training: F.batch_norm(t["input"], t["running_mean"], t["running_var"], t["weight"],
                                                   t["bias"], training, 0.1, 1e-3),
         buffers=("running_mean", "running_var"))

case("max_pool", images(2, 3, 7, 8), {}, lambda t: F.max_pool2d(t["input"], 3, 2))
case("max_pool_padded", images(2, 3, 7, 8), {}, lambda t: F.max_pool2d(t["input"], 3, 2, 1))
case("average_pool", images(2, 3, 6, 8), {}, lambda t: F.avg_pool2d(t["input"], 2, 2))
case("average_pool_padded", images(2, 3, 5, 4), {}, lambda t: F.avg_pool2d(t["input"], 3, 1, 1))
case("adaptive_average", images(2, 3, 5, 7), {}, lambda t: F.adaptive_avg_pool2d(t["input"], (2, 3)))
case("global_average", images(2, 3, 5, 7), {}, lambda t: t["input"].mean((2, 3)))
case("nearest2", images(2, 3, 2, 5), {}, lambda t: F.interpolate(t["input"], scale_factor=2.0, mode="nearest"))
case("nearest_resize", images(1, 2, 5, 7), {}, lambda t: F.interpolate(t["input"], size=(3, 11), mode="nearest"))
case("silu", {"input": torch.randn(4, 5) * 4}, {}, lambda t: F.silu(t["input"]))


def attention(name, batch, tokens, width, heads, context, keys, bias):
    inputs = {"input": torch.randn(batch, tokens, width)}
    if context:
        inputs["context"] = torch.randn(batch, keys, context)
    parameters = {}
    for part, read in (("to_q", width), ("to_k", context or width), ("to_v", context or width)):
        parameters[f"{part}.weight"] = torch.randn(width, read) * read**-0.5
        if bias:
            parameters[f"{part}.bias"] = torch.randn(width)
    parameters["to_out.0.weight"] = torch.randn(width, width) * width**-0.5
    parameters["to_out.0.bias"] = torch.randn(width)

    def run(t):
        c = t.get("context", t["input"])

        def heads_of(part, x):
            y = F.linear(x, t[f"{part}.weight"], t.get(f"{part}.bias"))
            return y.reshape(batch, -1, heads, width // heads).transpose(1, 2)

        q, k, v = heads_of("to_q", t["input"]), heads_of("to_k", c), heads_of("to_v", c)
        scores = torch.softmax(q @ k.transpose(2, 3) * (width // heads) ** -0.5, -1)
        mixed = (scores @ v).transpose(1, 2).reshape(batch, tokens, width)
        return F.linear(mixed, t["to_out.0.weight"], t["to_out.0.bias"])

    case(name, inputs, parameters, run)


attention("self_attention", 2, 9, 6, 1, 0, 0, True)
attention("self_attention_heads", 2, 5, 8, 4, 0, 0, False)
attention("cross_attention", 2, 6, 8, 2, 5, 3, False)
attention("cross_attention_one_key", 1, 4, 6, 3, 5, 1, True)

convolution("conv_uneven", (2, 3, 6, 8), (4, 3, 3, 3), True, lambda x, w, b: F.conv2d(F.pad(x, (2, 0, 0, 1)), w, b))
case("max_pool_wide", images(2, 3, 5, 7), {}, lambda t: F.max_pool2d(t["input"], (1, 3), 2, (0, 1)))
case("average_pool_tall", images(2, 3, 7, 5), {}, lambda t: F.avg_pool2d(t["input"], (3, 2), 1, (1, 0)))

save_file({k: v.detach().contiguous() for k, v in out.items()}, "layers.safetensors",
          metadata={"made": "layers_fixture.py, torch " + torch.__version__})
