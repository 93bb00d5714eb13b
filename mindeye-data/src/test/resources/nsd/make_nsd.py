# SPDX-License-Identifier: Apache-2.0
"""Writes a small Natural Scenes Dataset of two subjects: its folders, files and numbers are laid out as the real ones,
12 trials a session, 3 sessions, 14 pictures a subject, 4 of them shared. expected.npz has what NumPy makes of it."""
import os
import pathlib

import h5py
import nibabel as nib
import numpy as np
import scipy.io

random = np.random.default_rng(7)
SESSIONS, TRIALS, GRID, PICTURES = 3, 12, (6, 5, 4), 40
root = pathlib.Path("tree")


def folder(*parts):
    path = root.joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


# Pictures 1 to 40, counted from 1.
ids = random.permutation(PICTURES) + 1
shared = np.sort(ids[:4])
own = [np.concatenate([shared, ids[4:14]]), np.concatenate([shared, ids[14:24]])]
subjectim = np.stack([random.permutation(o) for o in own])
# One order of columns for everybody: 36 trials, no column more than three times.
columns = np.concatenate([np.arange(14), np.arange(14), np.arange(8)]) + 1
masterordering = random.permutation(columns)
experiment = folder("nsddata", "experiments", "nsd")
# The shared pictures stand in the same columns for every subject.
first = subjectim[0]
places = {p: int(np.flatnonzero(first == p)[0]) for p in shared}
second = list(x for x in subjectim[1] if x not in shared)
subjectim[1] = [p if p in shared else second.pop() for p in first]
scipy.io.savemat(
    experiment / "nsd_expdesign.mat",
    {"subjectim": subjectim.astype("f8"), "masterordering": masterordering[None].astype("f8"), "sharedix": shared[None].astype("f8"),
     "basiccnt": np.eye(3), "stimpattern": np.ones((2, 2, 2), "u1")},
    do_compression=True)

with open(experiment / "nsd_stim_info_merged.csv", "w", newline="") as f:
    f.write(",cocoId,cocoSplit,cropBox,loss,nsdId,flagged,BOLD5000,shared1000,subject1,subject2\n")
    for i in range(PICTURES):
        seen = [str(bool(np.isin(i + 1, subjectim[s]))) for s in range(2)]
        f.write(f'{i},{400000 + 7 * i},{"train2017" if i % 3 else "val2017"},"(0, 0, 0.1, 0.2)",0.1,{i},False,False,'
                f'{bool(np.isin(i + 1, shared))},{seen[0]},{seen[1]}\n')

stimuli = folder("nsddata_stimuli", "stimuli", "nsd")
bricks = random.integers(0, 256, (PICTURES, 6, 8, 3), dtype="u1")
with h5py.File(stimuli / "nsd_stimuli.hdf5", "w") as f:
    f.create_dataset("imgBrick", data=bricks, chunks=(1, 6, 8, 3))

expected = {"bricks": bricks, "masterordering": masterordering.astype("i8"), "subjectim": subjectim.astype("i8"), "shared": shared.astype("i8")}
images = subjectim[0][masterordering - 1] - 1
expected["images"] = images.astype("i8")

behav = folder("nsddata", "ppdata", "subj01", "behav")
with open(behav / "responses.tsv", "w", newline="") as f:
    f.write("SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\tTIME\tISOLD\tISCORRECT\tRT\tCHANGEMIND\tBUTTON\tMISSINGDATA\n")
    seen = set()
    for t in range(SESSIONS * TRIALS):
        missed = t % 11 == 5
        f.write("\t".join(str(v) for v in (
            1, t // TRIALS + 1, t % TRIALS // 4 + 1, t % 4 + 1, images[t] + 1, masterordering[t], 0.5 + t, int(images[t] in seen),
            "NaN" if missed else 1 - t % 2, "NaN" if missed else 500.5 + t, 0, 1, 0)) + "\n")
        seen.add(images[t])

mask = np.full(GRID, -1)
mask[1:5] = 0
mask[2:4, 1:4, 1:3] = 1
mask[4, 0, 0] = 1
roi = folder("nsddata", "ppdata", "subj01", "func1pt8mm", "roi")
nib.save(nib.Nifti1Image(mask.astype("i2"), np.eye(4)), roi / "nsdgeneral.nii.gz")
streams = np.where(mask == 1, 5, 0)
streams[0, 0, 0] = 2
nib.save(nib.Nifti1Image(streams.astype("i2"), np.eye(4)), roi / "streams.nii.gz")
ncsnr = random.random(GRID).astype("f4")
betas_folder = folder("nsddata_betas", "ppdata", "subj01", "func1pt8mm", "betas_fithrf_GLMdenoise_RR")
nib.save(nib.Nifti1Image(ncsnr, np.eye(4)), betas_folder / "ncsnr.nii.gz")
expected["ncsnr"] = ncsnr[mask == 1]

assumed = folder("nsddata_betas", "ppdata", "subj01", "func1pt8mm", "betas_assumehrf")
singles = []
for session in range(1, SESSIONS + 1):
    signal = random.normal(0, 400, GRID + (TRIALS,)) + 100 * session
    signal[4, 0, 0] = 0 if session == 2 else signal[4, 0, 0]  # a voxel that one session did not cover
    numbers = np.round(signal).astype("i2")
    with h5py.File(betas_folder / f"betas_session{session:02d}.hdf5", "w") as f:
        f.create_dataset("betas", data=numbers.T, chunks=(TRIALS, 1, 1, 1))
    nib.save(nib.Nifti1Image(numbers, np.eye(4)), assumed / f"betas_session{session:02d}.nii.gz")
    singles.append((numbers[mask == 1].T / 300).astype("f4"))
expected["single"] = np.concatenate(singles)
test = np.isin(images + 1, shared)
for name, use in (("all", np.ones_like(test)), ("training", ~test)):
    parts = []
    for s in range(SESSIONS):
        rows = singles[s].astype("f8")
        chosen = rows[use[s * TRIALS:(s + 1) * TRIALS]]
        deviation = chosen.std(0)
        parts.append(np.where(deviation == 0, 0, (rows - chosen.mean(0)) / np.where(deviation == 0, 1, deviation)))
    expected["zscored_" + name] = np.concatenate(parts).astype("f4")
np.savez_compressed("expected.npz", **{k: np.ascontiguousarray(v) for k, v in expected.items()})

# Designs with one fault each.
pathlib.Path("designs").mkdir(exist_ok=True)
good = {"subjectim": subjectim.astype("f8"), "masterordering": masterordering[None].astype("f8"), "sharedix": shared[None].astype("f8")}


def design(name, **changes):
    scipy.io.savemat(f"designs/{name}.mat", {k: v for k, v in {**good, **changes}.items() if v is not None}, do_compression=True)


def changed(array, place, value):
    array = np.array(array)
    array.flat[place] = value
    return array


design("from_zero", masterordering=good["masterordering"] - 1)
design("fourth", masterordering=np.ones((1, 4)))
design("twice", subjectim=changed(good["subjectim"], 14, good["subjectim"][1, 1]))
design("unshared", sharedix=changed(good["sharedix"], 0, ids[30]))
design("shared_twice", sharedix=changed(good["sharedix"], 0, shared[1]))
design("cube", subjectim=good["subjectim"].reshape(2, 7, 2))
design("no_order", masterordering=None)
design("square", masterordering=good["masterordering"].reshape(6, 6))
design("fraction", subjectim=changed(good["subjectim"], 3, 1.5))
