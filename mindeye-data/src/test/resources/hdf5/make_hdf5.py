# SPDX-License-Identifier: Apache-2.0
"""Writes the HDF5 files of these tests, and the one the library tests its parser with."""
import h5py
import numpy as np

numbers = np.arange(5 * 6 * 7 * 8).reshape(5, 6, 7, 8)
with h5py.File("../../../main/resources/org/mindeye/data/hdf5/slices.h5", "w") as f:
    f.create_dataset("numbers/chunked", data=numbers.astype("<i4"), chunks=(2, 4, 3, 5), compression="gzip")

grid = np.arange(-10, 14).reshape(2, 3, 4)
types = "|i1 |u1 <i2 >i2 <u2 >u2 <i4 >i4 <u4 >u4 <i8 >i8 <f2 >f2 <f4 >f4 <f8 >f8".split()
with h5py.File("types.h5", "w") as f:
    for t in types:
        name = t.replace("<", "little_").replace(">", "big_").replace("|", "")
        values = grid * 0.37 if "f" in t else np.abs(grid) * 10 if "u" in t else grid * 11
        f.create_dataset("contiguous/" + name, data=values.astype(t))
        f.create_dataset("chunked/" + name, data=values.astype(t), chunks=(1, 2, 3), compression="gzip", shuffle=True)
    f["bool"] = grid % 3 == 0
    f["scalar"] = np.float32(2.5)
    f["empty"] = np.zeros((0, 3), "f4")
    f["special"] = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38], "<f4")
    f["text"] = "words"
    f["unsigned_64"] = np.array([1, 2], "u8")
    f["compound"] = np.zeros(2, [("a", "i4"), ("b", "f4")])
    f.create_dataset("filled", shape=(4, 4), chunks=(2, 2), dtype="f4", fillvalue=np.nan)
    f.create_dataset("unwritten", shape=(4, 4), dtype="f4")
    f.create_dataset("partly", shape=(4, 6), chunks=(2, 3), dtype="i2")
    f["partly"][0:2, 3:6] = [[1, 2, 3], [4, 5, 6]]
    f["soft"] = h5py.SoftLink("/bool")
    f["outside"] = h5py.ExternalLink("elsewhere.h5", "/bool")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((2, 3, 4))
    d = h5py.h5d.create(f.id, b"compact", h5py.h5t.STD_I16BE, space, compact)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, (grid * 11).astype("i2"))

for libver in "v108 v110 v112 v114".split():
    with h5py.File(libver + ".h5", "w", libver=(libver, libver)) as f:
        f.create_dataset("fixed", data=grid.astype("<i2"), chunks=(1, 2, 3), compression="gzip")
        f.create_dataset("growing", data=grid.astype("<i2"), chunks=(1, 2, 3), maxshape=(None, 3, 4))
        f.create_dataset("both", data=grid.astype("<i2"), chunks=(1, 2, 3), maxshape=(None, None, 4))
        f.create_dataset("single", data=grid.astype("<i2"), chunks=(2, 3, 4))
        f["plain"] = grid.astype("<f4")

# With every filter that is read, a checksum behind each chunk; chunks of odd lengths too.
with h5py.File("filters.h5", "w") as f:
    for t in "|i1 >u2 <f4 >f8".split():
        for shuffle in False, True:
            for compression in None, "gzip", "lzf":
                name = f"{t[1:]}/{compression or 'plain'}{'_shuffled' if shuffle else ''}"
                values = (grid * 0.37 if "f" in t else np.abs(grid) if "u" in t else grid).astype(t)
                f.create_dataset(name, data=values, chunks=(1, 1, 3), compression=compression, shuffle=shuffle, fletcher32=True)

    fill = dict(chunks=(2, 3), dtype="f4", fillvalue=np.float32(9.969209968386869e36), compression="gzip")
    f.create_dataset("netcdf", data=np.arange(20.0).reshape(4, 5), **fill)
    f.create_dataset("netcdf_half", shape=(4, 4), **fill)[:2] = np.arange(8.0).reshape(2, 4)

# Axes that may grow: where all but the first have as many chunks as they ever will, or several have no limit, and
# where their chunks lie in another order in files of version 1.10 and later.
for libver in "v108 v110 v114".split():
    with h5py.File(f"growing_{libver}.h5", "w", libver=(libver, libver)) as f:
        for name, most in {
            "all": (None, None, None), "first": (None, 3, 4), "first_limited": (9, 3, 4), "two": (2, None, None), "within": (2, 4, 4),
            "moved_last": (2, 3, None), "moved_middle": (2, None, 4), "moved_limited": (2, 3, 9), "moved_more": (None, 9, 4), "moved_both": (5, 9, None),
        }.items():
            f.create_dataset(name, data=grid.astype("<i2"), chunks=(1, 2, 3), maxshape=most, compression="gzip" if "moved" in name else None)
        f.create_dataset("only_one", data=grid.astype("<i2"), chunks=(2, 3, 4), maxshape=(2, 9, None))
        f.create_dataset("behind_one", data=grid.astype("<i2"), chunks=(2, 2, 3), maxshape=(2, None, 4))

# Chunks that were not written: where the dataset may grow, where it may not, and where a missing number is no zero.
with h5py.File("holes_v110.h5", "w", libver=("v110", "v110")) as f:
    for name, missing, compression in ("hole", (6, 7), None), ("hole_gzip", (6, 7), "gzip"), ("first", (0,), None), ("tail", (59,), None), ("written", (), None):
        d = f.create_dataset(name, shape=(60, 2), maxshape=(None, 2), chunks=(1, 2), dtype="i2", compression=compression)
        for row in set(range(60)) - set(missing):
            d[row] = row + 1
    f.create_dataset("only_one", shape=(1, 2), maxshape=(None, 2), chunks=(1, 2), dtype="i2")
    d = f.create_dataset("blocks", shape=(400, 1), maxshape=(None, 1), chunks=(1, 1), dtype="i2")
    d[:100] = d[300:] = 1
    f.create_dataset("netcdf_half", shape=(4, 4), **fill)[:2] = np.arange(8.0).reshape(2, 4)
    f.create_dataset("plain_half", shape=(4, 4), **{**fill, "compression": None})[:2] = np.arange(8.0).reshape(2, 4)
    f.create_dataset("zero_half", shape=(4, 4), chunks=(2, 3), dtype="f4")[:2] = np.arange(8.0).reshape(2, 4)
    f.create_dataset("zero_half_gzip", shape=(4, 4), chunks=(2, 3), dtype="f4", compression="gzip")[:2] = np.arange(8.0).reshape(2, 4)
    for name, most in ("long", (3 << 30,)), ("long_growing", (None,)):
        f.create_dataset(name, shape=(3 << 30,), maxshape=most, chunks=(1 << 24,), dtype="i1", fillvalue=1, compression="gzip")

# Numbers that are not in the file, and compressed by a program that is not read.
with h5py.File("external.h5", "w") as f:
    f.create_dataset("numbers", shape=(4,), dtype="i4", external=[("numbers.raw", 0, 16)])
with h5py.File("zstd.h5", "w") as f:
    compressed = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compressed.set_chunk((4,))
    compressed.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    d = h5py.h5d.create(f.id, b"numbers", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((4,)), compressed)
    d.write_direct_chunk((0,), np.arange(4, dtype="<i4").tobytes())

with h5py.File("latest.h5", "w", libver="latest") as f:
    f.create_dataset("chunked", data=grid.astype("<i2"), chunks=(1, 2, 3), compression="gzip")

# What must be read, for the reader of another format.
expected = {}
for t in types:
    values = grid * 0.37 if "f" in t else np.abs(grid) * 10 if "u" in t else grid * 11
    name = t.replace("<", "little_").replace(">", "big_").replace("|", "")
    native = values.astype(t).astype(t.replace(">", "<"))
    expected[name] = native.astype("<i8") if "u4" in t else native
expected["special"] = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38], "<f4")
expected["bool"] = grid % 3 == 0
np.savez("expected.npz", **expected)
