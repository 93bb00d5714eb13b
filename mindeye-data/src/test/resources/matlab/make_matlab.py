# SPDX-License-Identifier: Apache-2.0
"""Writes the MATLAB files of these tests, and beside them what scipy reads in them."""
import h5py
import numpy as np
import scipy.io
import scipy.sparse

grid = np.arange(-6, 18).reshape(2, 3, 4)
types = "i1 u1 i2 u2 i4 u4 i8 f4 f8".split()
variables = {}
for t in types:
    values = grid * 0.37 if "f" in t else np.abs(grid) if "u" in t else grid * 5
    variables[t] = values.astype(t)
variables["whole_doubles"] = grid.astype("f8")
variables["flat"] = np.arange(7.0)
variables["logical"] = grid % 2 == 0
variables["special"] = np.array([[np.nan, np.inf, -0.0, 1e-310]])
variables["one"] = np.int16([[-7]])
expected = {k: (v.astype("i8") if v.dtype == "u4" else v) for k, v in variables.items()}
expected["flat"] = expected["flat"].reshape(1, 7)
np.savez("expected.npz", **{k: np.ascontiguousarray(v) for k, v in expected.items()})
others = {
    "text": "words",
    "cells": np.array([1, "a"], dtype=object),
    "record": {"a": 1},
    "complex": np.array([1 + 2j]),
    "sparse": scipy.sparse.csc_matrix(np.eye(3)),
    "unsigned_64": np.array([[1, 2]], "u8"),
}
scipy.io.savemat("plain.mat", {**variables, **others}, long_field_names=True)
scipy.io.savemat("compressed.mat", {**variables, **others}, do_compression=True)
scipy.io.savemat("version_4.mat", {"a": np.eye(2)}, format="4")

# As MATLAB writes version 7.3: a block of text before an HDF5 file, axes in the opposite order, classes as attributes.
with h5py.File("version_7_3.mat", "w", userblock_size=512, libver=("earliest", "v108")) as f:
    names = {"i1": "int8", "u1": "uint8", "i2": "int16", "u2": "uint16", "i4": "int32", "u4": "uint32", "i8": "int64", "f4": "single", "f8": "double"}
    for k, v in variables.items():
        logical = v.dtype == bool
        d = f.create_dataset(k, data=(v.astype("u1") if logical else np.atleast_2d(v)).T, chunks=True, compression="gzip")
        d.attrs["MATLAB_class"] = np.bytes_("logical" if logical else names[v.dtype.str[1:]])
    d = f.create_dataset("text", data=np.frombuffer(b"w\0o\0", "u2").reshape(2, 1))
    d.attrs["MATLAB_class"] = np.bytes_("char")
    f.create_dataset("record/a", data=1.0)
with open("version_7_3.mat", "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, HDF5 schema 1.00 .".ljust(124) + b"\0\2IM")
