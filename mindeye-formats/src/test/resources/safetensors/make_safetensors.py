"""Writes the .safetensors files of this folder with the reference implementation.

    python3 make_safetensors.py        (made with Python 3.11.7, NumPy 2.4.6, safetensors 0.8.0)

types.safetensors    every type that is read: [2, 3, 50] elements with arbitrary bits, element i of a
                     type of b bytes holding the low b bytes of i * 0x9E3779B97F4A7C15 (booleans: the
                     lowest bit); expected.* is what NumPy makes of the ones that change their type
shapes.safetensors   scalars, empty tensors, unusual names, one metadata entry
written.safetensors  the types that are written, scattered names; [3, 4] with the same bits
empty.safetensors    nothing
float8.safetensors   a type that is refused
"""

import ctypes

import numpy as np
from safetensors import TensorSpec, serialize_file

kept = []


def spec(dtype, array):
    data = np.ascontiguousarray(array).tobytes()
    buffer = ctypes.create_string_buffer(data, max(1, len(data)))
    kept.append(buffer)
    return TensorSpec(
        dtype=dtype, shape=array.shape, data_ptr=ctypes.addressof(buffer), data_len=len(data))


def bits(width, *shape):
    count = int(np.prod(shape))
    wide = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return wide.astype("<u8").astype(f"<u{width}").reshape(shape)


TYPES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "int16": 2,
    "int8": 1, "uint16": 2, "uint8": 1, "bool": 1}


def tensor(name, *shape):
    array = bits(TYPES[name], *shape)
    if name == "bool":
        array &= 1
    return spec(name, array)


SHAPE = (2, 3, 50)
with np.errstate(over="ignore", invalid="ignore"):
    expected = {
        "expected.float64": bits(8, *SHAPE).view("<f8").astype("<f4"),
        "expected.float16": bits(2, *SHAPE).view("<f2").astype("<f4")}
tensors = {f"a.{name}": tensor(name, *SHAPE) for name in TYPES}
tensors.update({name: spec("float32", array) for name, array in expected.items()})
serialize_file(tensors, "types.safetensors", None)

serialize_file(
    {
        "scalar": spec("float32", np.array(2.5, "<f4")),
        "counter": spec("int64", np.array(26599, "<i8")),
        "empty": spec("float32", np.zeros((3, 0, 2), "<f4")),
        "empty.int": spec("int64", np.zeros(0, "<i8")),
        "": spec("float32", np.ones(1, "<f4")),
        "größe/\U0001f9e0\ue000\"\\\n\x1f\x7f": spec("float32", np.full(2, 7, "<f4")),
        "\ue000": spec("float32", np.full(1, 8, "<f4")),
        "\U0001f9e0": spec("float32", np.full(1, 9, "<f4"))},
    "shapes.safetensors",
    {"größe\t": "x\"y\\z\U0001f9e0"})

WRITTEN = ["float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool"]
serialize_file(
    {f"{'zab'[i % 3]}.{name}": tensor(name, 3, 4) for i, name in enumerate(WRITTEN)},
    "written.safetensors",
    {"format": "pt"})

serialize_file({}, "empty.safetensors", None)
serialize_file({"lin.weight": spec("float8_e4m3fn", np.zeros(2, "u1"))}, "float8.safetensors", None)
