# SPDX-License-Identifier: Apache-2.0
"""Writes the files of a subject 9 in the folders of the Natural Scenes Dataset: 3 sessions of 44 trials, 44 pictures of
32 x 32 pixels, 8 of them shared, a grid of 6 x 5 x 4 voxels. The responses follow the mean colors of the pictures."""
import pathlib

import h5py
import nibabel as nib
import numpy as np
import scipy.io

random = np.random.default_rng(16)
SUBJECT, SESSIONS, TRIALS, GRID, PICTURES, OWN, SHARED = 9, 3, 44, (6, 5, 4), 60, 44, 8
root = pathlib.Path(".")


def folder(*parts):
    path = root.joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


ids = random.permutation(PICTURES) + 1
shared = np.sort(ids[:SHARED])
subjectim = np.stack([np.concatenate([shared, np.sort(random.permutation(ids[SHARED:])[:OWN - SHARED])]) for _ in range(SUBJECT)])
masterordering = random.permutation(np.tile(np.arange(OWN), 3)) + 1
experiment = folder("nsddata", "experiments", "nsd")
scipy.io.savemat(
    experiment / "nsd_expdesign.mat",
    {"subjectim": subjectim.astype("f8"), "masterordering": masterordering[None].astype("f8"), "sharedix": shared[None].astype("f8")},
    do_compression=True)
with open(experiment / "nsd_stim_info_merged.csv", "w", newline="") as f:
    f.write(",cocoId,cocoSplit,nsdId,shared1000\n")
    for i in range(PICTURES):
        f.write(f"{i},{1000 + i},train2017,{i},{bool(np.isin(i + 1, shared))}\n")

bricks = np.zeros((PICTURES, 32, 32, 3), "u1")
for i in range(PICTURES):
    bricks[i] = random.integers(0, 256, 3)
    x, y = random.integers(4, 20, 2)
    bricks[i, y:y + 8, x:x + 8] = random.integers(0, 256, 3)
with h5py.File(folder("nsddata_stimuli", "stimuli", "nsd") / "nsd_stimuli.hdf5", "w") as f:
    f.create_dataset("imgBrick", data=bricks, chunks=(10, 32, 32, 3), compression="gzip")

images = subjectim[SUBJECT - 1][masterordering - 1] - 1
with open(folder("nsddata", "ppdata", "subj09", "behav") / "responses.tsv", "w", newline="") as f:
    f.write("SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\tTIME\tISOLD\tISCORRECT\tRT\tCHANGEMIND\tBUTTON\tMISSINGDATA\n")
    seen = set()
    for t in range(SESSIONS * TRIALS):
        f.write("\t".join(str(v) for v in (
            SUBJECT, t // TRIALS + 1, t % TRIALS // 22 + 1, t % 22 + 1, images[t] + 1, masterordering[t], 0.5 + t,
            int(images[t] in seen), 1, 500.5, 0, 1, 0)) + "\n")
        seen.add(images[t])

mask = np.full(GRID, -1)
mask[1:5] = 0
mask[2:4, 1:4, 1:3] = 1
mask[4, 0, 0] = 1
roi = folder("nsddata", "ppdata", "subj09", "func1pt8mm", "roi")
nib.save(nib.Nifti1Image(mask.astype("i2"), np.eye(4)), roi / "nsdgeneral.nii.gz")
streams = np.zeros(GRID)
streams[2:4, 1:4, 1] = 5
streams[0, 0, 0] = 2
nib.save(nib.Nifti1Image(streams.astype("i2"), np.eye(4)), roi / "streams.nii.gz")

betas = folder("nsddata_betas", "ppdata", "subj09", "func1pt8mm", "betas_fithrf_GLMdenoise_RR")
nib.save(nib.Nifti1Image((2 * random.random(GRID)).astype("f4"), np.eye(4)), betas / "ncsnr.nii.gz")
tuning = random.normal(0, 1, GRID + (3,))
color = bricks.mean((1, 2)) / 64 - 2
for session in range(SESSIONS):
    shown = color[images[session * TRIALS:(session + 1) * TRIALS]]
    signal = 200 * np.einsum("xyzc,tc->xyzt", tuning, shown) + random.normal(0, 200, GRID + (TRIALS,)) + 100 * session
    with h5py.File(betas / f"betas_session{session + 1:02d}.hdf5", "w") as f:
        f.create_dataset("betas", data=np.round(signal).astype("i2").T, chunks=(TRIALS, 1, 1, 1))
