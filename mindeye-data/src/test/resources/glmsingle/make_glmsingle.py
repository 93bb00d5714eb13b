# SPDX-License-Identifier: Apache-2.0
"""Writes files in the forms in which GLMsingle saves its results: random numbers, no brain's."""
import pickle

import h5py
import numpy as np

random = np.random.default_rng(3)
betas = random.normal(0, 2, (4, 3, 2, 7)).astype("f4")
flat = random.normal(0, 2, (10, 7)).astype("f4")


def results(array):
    return {
        "HRFindex": random.integers(0, 20, array.shape[:-1]),
        "glmbadness": None,
        "pcnum": 5,
        "xvaltrend": np.float64(0.25),
        "pcregressors": [random.normal(0, 1, (5, 2)), random.normal(0, 1, (5, 2))],
        "betasmd": array,
        "R2": random.random(array.shape[:-1]).astype("f4"),
        "noisepool": random.random(array.shape[:-1]) > 0.5,
        "params": {"hrftoassume": np.arange(3.0), "names": np.array(["a", None], dtype=object)},
    }


def save(name, value, protocol):
    """numpy.save with the pickle protocols of its older versions too."""
    with open(name, "wb") as f:
        np.lib.format.write_array_header_1_0(f, {"descr": "|O", "fortran_order": False, "shape": ()})
        pickle.dump(np.array(value, dtype=object), f, protocol=protocol, fix_imports=protocol < 3)


np.save("volume.npy", results(betas), allow_pickle=True)
np.save("flat.npy", results(flat), allow_pickle=True)
for protocol in (2, 3, 5):
    save(f"protocol_{protocol}.npy", results(betas), protocol)
save("fortran.npy", {"betasmd": np.asfortranarray(betas)}, 4)
np.save("without_betas.npy", {"R2": betas[..., 0]}, allow_pickle=True)
np.save("numbers.npy", betas)
np.save("list.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
holes = betas.copy()
holes[1, 2, 0, 3] = np.nan
holes[1, 2, 0, 4] = np.inf
np.save("holes.npy", {"betasmd": holes}, allow_pickle=True)


class Program:
    def __reduce__(self):
        return (print, ("this text is never printed",))


save("program.npy", {"betasmd": Program()}, 4)

with h5py.File("python.hdf5", "w") as f:
    f["betasmd"] = betas
    f["R2"] = betas[..., 0]
with h5py.File("chunked.hdf5", "w") as f:
    f.create_dataset("betasmd", data=betas, chunks=(2, 2, 2, 3), compression="gzip")
with h5py.File("flat.hdf5", "w") as f:
    f.create_dataset("betasmd", data=flat, chunks=(3, 4))
with h5py.File("matlab.mat", "w", userblock_size=512, libver=("earliest", "v108")) as f:
    d = f.create_dataset("modelmd", data=betas.T, chunks=(7, 2, 2, 2), compression="gzip")
    d.attrs["MATLAB_class"] = np.bytes_("single")
with open("matlab.mat", "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, HDF5 schema 1.00 .".ljust(124) + b"\0\2IM")

# [trials, voxels] with x fastest among the voxels.
np.savez("expected.npz", volume=np.ascontiguousarray(betas.T.reshape(7, -1)), flat=np.ascontiguousarray(flat.T))
