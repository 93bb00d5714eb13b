"""Writes the .npy files of this folder with NumPy, the reference implementation.

    python3 make_npy.py        (made with Python 3.11.7, NumPy 2.4.6)

grid_<type>_<order>.npy  the numbers 0..23 minus 8 (unsigned: 0..23, bool: odd ones) as [2, 3, 4]
half_from_float.npy      float32 values around every rounding decision of float16
half_rounded.npy         the same values as NumPy rounds them to float16
stored.npz               the arrays grid (float32, Fortran order), ids (big-endian int16), half, empty
deflated.npz             the same arrays, compressed
"""

import numpy as np

TYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "b1"]

for code in TYPES:
    grid = np.arange(24).reshape(2, 3, 4)
    values = grid % 2 == 1 if code == "b1" else grid if code[0] == "u" else grid - 8
    for endian, name in (("<", "little"), (">", "big")):
        if np.dtype(code).itemsize == 1 and endian == ">":
            continue
        array = values.astype(endian + code)
        np.save(f"grid_{code}_{name}_c.npy", array)
        np.save(f"grid_{code}_{name}_fortran.npy", np.asfortranarray(array))

for version in ((2, 0), (3, 0)):
    with open(f"version_{version[0]}.npy", "wb") as out:
        np.lib.format.write_array(out, np.array([1.5, -2.5], "<f4"), version=version)

np.save("scalar.npy", np.array(26599, "<i8"))
np.save("empty.npy", np.zeros((3, 0), "<f4"))

random = np.random.default_rng(7)
bits = random.integers(0, 2**16, 1500, dtype=np.uint16)
halves = bits.view(np.float16).astype(np.float32)
halves = halves[np.isfinite(halves)]
ties = np.nextafter(halves.astype(np.float16), np.float16(np.inf)).astype(np.float32)
middle = (halves.astype(np.float64) + ties.astype(np.float64)) / 2
middle = middle[np.isfinite(middle)].astype(np.float32)
special = np.array(
    [0.0, -0.0, np.inf, -np.inf, 65504, 65519.996, 65520, 65536, 1e30, 2**-24, 2**-25,
     np.nextafter(np.float32(2**-25), np.float32(1)), 2**-14, 6.1035156e-05, 6.097555e-05, 1e-30],
    "<f4")
floats = np.concatenate(
    [special, halves[:200], middle[:400],
     np.nextafter(middle[:200], np.float32(1e38)), np.nextafter(middle[:200], np.float32(-1e38)),
     random.normal(size=200).astype("<f4")]).astype("<f4")
with np.errstate(over="ignore"):
    np.save("half_from_float.npy", floats)
    np.save("half_rounded.npy", floats.astype("<f2"))

members = {
    "grid": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
    "ids": np.arange(5, dtype=">i2"),
    "folder/half": np.array([0.5, -2], "<f2"),
    "empty": np.zeros((0, 4), "<f8")}
np.savez("stored.npz", **members)
np.savez_compressed("deflated.npz", **members)

captions = np.empty((2, 2), dtype=object)
captions[:] = [["a bus", None], [["two", "words"], np.arange(3, dtype="<i4")]]
np.save("objects_array.npy", captions, allow_pickle=True)
np.save("objects_dictionary.npy", {"a": np.arange(4.0).reshape(2, 2), "b": captions}, allow_pickle=True)
np.save("objects_one.npy", np.array(["only"], dtype=object), allow_pickle=True)
