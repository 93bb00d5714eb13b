# SPDX-License-Identifier: Apache-2.0
"""Writes responses of subject 9 on surfaces, in the folders of the Natural Scenes Dataset: to be laid over the tree of
mindeye-testkit's nsd-subject-9, which has 3 sessions of 44 trials. Random numbers, no brain's."""
import pathlib

import h5py
import nibabel as nib
import numpy as np

random = np.random.default_rng(9)
SESSIONS, TRIALS = 3, 44
VERSION = "betas_fithrf_GLMdenoise_RR"
root = pathlib.Path("tree")
expected = {}


def folder(*parts):
    path = root.joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def overlay(path, values):
    """One number for each vertex and frame, as FreeSurfer has them: [vertices, 1, 1(, frames)]."""
    values = np.asarray(values)
    nib.save(nib.MGHImage(values.reshape(values.shape[:1] + (1, 1) + values.shape[1:]), np.eye(4)), path)


# The surface of the subject: whole numbers of percent times 300 in HDF5, [trials, vertices] in Python.
sides = {"lh": 11, "rh": 9}
label = folder("nsddata", "freesurfer", "subj09", "label")
general = {"lh": np.isin(np.arange(11), (2, 3, 7)), "rh": np.isin(np.arange(9), (0, 8))}
betas = folder("nsddata_betas", "ppdata", "subj09", "nativesurface", VERSION)
native = {side: [] for side in sides}
for side, vertices in sides.items():
    overlay(label / f"{side}.nsdgeneral.mgz", general[side].astype("i4"))
    # Region 5 is in the left hemisphere alone.
    overlay(label / f"{side}.streams.mgz", np.where(np.arange(vertices) == 1, 5 if side == "lh" else 2, 0).astype("i4"))
    for session in range(SESSIONS):
        numbers = random.integers(-3000, 3000, (TRIALS, vertices)).astype("i2")
        native[side].append(numbers)
        with h5py.File(betas / f"{side}.betas_session{session + 1:02d}.hdf5", "w") as f:
            f.create_dataset("betas", data=numbers, chunks=(TRIALS, 4))
both = np.concatenate([general["lh"], general["rh"]])
expected["native"] = (np.concatenate([np.concatenate(native[s], 0) for s in sides], 1)[:, both] / 300).astype("f4")

# FreeSurfer's average: floats in MGH, and the ratio of signal to noise beside them.
label = folder("nsddata", "freesurfer", "fsaverage", "label")
betas = folder("nsddata_betas", "ppdata", "subj09", "fsaverage", VERSION)
average, ratios, chosen = [], [], []
for side in ("lh", "rh"):
    mask = np.isin(np.arange(8), (1, 6) if side == "lh" else (0, 1, 5))
    chosen.append(mask)
    overlay(label / f"{side}.nsdgeneral.mgz", mask.astype("i4"))
    ratio = random.random(8).astype("f4")
    ratios.append(ratio)
    overlay(betas / f"{side}.ncsnr.mgh", ratio)
    own = random.normal(0, 2, (SESSIONS, 8, TRIALS)).astype("f4")
    average.append(own.transpose(0, 2, 1).reshape(SESSIONS * TRIALS, 8))
    for session in range(SESSIONS):
        overlay(betas / f"{side}.betas_session{session + 1:02d}.mgh", own[session])
both = np.concatenate(chosen)
expected["average"] = np.concatenate(average, 1)[:, both]
expected["ratios"] = np.concatenate(ratios)[both]
np.savez("expected.npz", **expected)
