# SPDX-License-Identifier: Apache-2.0
"""Writes the brain images of these tests, and beside them what nibabel reads in them."""
import gzip

import nibabel as nib
import numpy as np

expected = {}
shape = (5, 4, 3)
grid = (np.arange(60).reshape(shape) * 7) % 61 - 20
series = (np.arange(60 * 6).reshape(shape + (6,)) * 13) % 509 - 200


def raw(name, array):
    """As they lie in the file: the last axis is x."""
    expected[name] = np.asarray(array).astype(array.dtype.newbyteorder("<")).T


def nifti(name, array, endian="<", slope=None, inter=None):
    header = nib.Nifti1Header(endianness=endian)
    header.set_data_dtype(array.dtype)
    header.set_data_shape(array.shape)
    if slope is not None:
        header.set_slope_inter(slope, inter)
    file = name + ".nii"
    with open(file, "wb") as f:
        # By hand behind nibabel's header, so that numbers are not scaled back.
        header["vox_offset"] = 352
        header["magic"] = b"n+1"
        f.write(header.binaryblock + b"\0\0\0\0")
        f.write(array.astype(array.dtype.newbyteorder(endian)).tobytes(order="F"))
    image = nib.load(file)
    raw(name, np.asarray(image.dataobj.get_unscaled()))
    expected[name + ".values"] = np.ascontiguousarray(image.get_fdata().astype("<f8").T)


for code in "u1 i1 i2 u2 i4 i8 f4 f8".split():
    for order, endian in (("little", "<"), ("big", ">")):
        values = grid * 0.37 if "f" in code else np.abs(grid) if "u" in code else grid
        nifti(f"{code}_{order}", values.astype(code), endian)
nifti("scaled", grid.astype("i2"), ">", 0.0033333333, 1.5)
nifti("series", series.astype("i2"))
nifti("bricks", series.astype("i2")[:, :, :, None])  # as AFNI has them: along the fifth axis
for name in ("series", "i2_big"):
    with open(name + ".nii", "rb") as f, open(name + ".nii.gz", "wb") as g:
        g.write(gzip.compress(f.read(), mtime=0))
nib.save(nib.Nifti1Image(series.astype("f4"), np.eye(4)), "written_by_nibabel.nii.gz")
raw("written_by_nibabel", series.astype("f4"))
nib.save(nib.Nifti2Image(grid.astype("i2"), np.eye(4)), "nifti_2.nii")
nib.save(nib.Nifti1Pair(grid.astype("i2"), np.eye(4)), "pair.img")

for code in "u1 i2 i4 f4".split():
    values = np.abs(grid) if "u" in code else grid * (0.37 if "f" in code else 1)
    image = nib.MGHImage(values.astype(code), np.eye(4))
    nib.save(image, f"mgh_{code}.mgh")
    raw(f"mgh_{code}", np.asarray(nib.load(f"mgh_{code}.mgh").dataobj))
surface = np.round(np.sin(np.arange(11 * 6)).reshape(11, 1, 1, 6), 3).astype("f4")
nib.save(nib.MGHImage(surface, np.eye(4)), "surface.mgz")
raw("surface", surface)

mask = np.full(shape, -1)
mask[1:4] = 0
mask[2:4, 1:3, :] = 1
nib.save(nib.Nifti1Image(mask.astype("i2"), np.eye(4)), "nsdgeneral.nii.gz")
nib.save(nib.Nifti1Image(mask.astype("f4"), np.eye(4)), "float_mask.nii")
streams = mask * 1
streams[0, 0, 0] = 5
streams[4, 3, 2] = 2
nib.save(nib.Nifti1Image(streams.astype("i2"), np.eye(4)), "streams.nii.gz")
expected["mask.numpy"] = np.arange(60).reshape(shape[::-1]).T[mask == 1].astype("<i8")
expected["mask.matlab"] = np.flatnonzero(mask.T == 1).astype("<i8")
expected["streams.numpy"] = np.arange(60).reshape(shape[::-1]).T[(streams == 5) | (streams == 2)].astype("<i8")
np.savez_compressed("expected.npz", **{k: np.ascontiguousarray(v) for k, v in expected.items()})
