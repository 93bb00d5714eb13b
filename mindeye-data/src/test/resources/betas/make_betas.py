# SPDX-License-Identifier: Apache-2.0
"""Writes the same numbers in datasets that are cut into pieces in different ways."""
import h5py
import numpy as np

numbers = (np.arange(11 * 3 * 4 * 5) * 37 % 4001 - 2000).astype("i2").reshape(11, 3, 4, 5)
with h5py.File("pieces.hdf5", "w") as f:
    f.create_dataset("voxels", data=numbers, chunks=(11, 1, 1, 1))
    f["contiguous"] = numbers
    f.create_dataset("planes", data=numbers, chunks=(1, 1, 4, 5), compression="gzip")
    f.create_dataset("blocks", data=numbers, chunks=(4, 2, 3, 3), compression="gzip", shuffle=True)
    f.create_dataset("uneven", data=numbers, chunks=(3, 3, 1, 5))
    f.create_dataset("vertices", data=numbers.reshape(11, 60), chunks=(4, 16))
    f["last_contiguous"] = numbers.T
    f.create_dataset("last_blocks", data=numbers.T, chunks=(3, 3, 2, 4), compression="gzip")
    f.create_dataset("last_vertices", data=numbers.reshape(11, 60).T, chunks=(24, 5))
    f["line"] = numbers[0, 0, 0]
    f["cube"] = numbers[0]
