# SPDX-License-Identifier: Apache-2.0
"""Writes small files of MindEye2's form: two subjects of 2 sessions of 10 trials, 12 pictures of 4 x 6 pixels, 5 voxels.
expected.npz has what is in them."""
import io
import pathlib
import tarfile

import h5py
import numpy as np

random = np.random.default_rng(2)
TRIALS, PICTURES, VOXELS = 20, 12, 5
root = pathlib.Path("tree")
root.mkdir(exist_ok=True)
pictures = random.random((PICTURES, 3, 4, 6)).astype("f2")
with h5py.File(root / "coco_images_224_float16.hdf5", "w") as f:
    f["images"] = pictures
expected = {"pictures": pictures}


def tar(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as out:
        for key, members in samples:
            for name, array in members.items():
                content = io.BytesIO()
                np.save(content, array)
                info = tarfile.TarInfo(f"{key}.{name}.npy")
                info.size = content.tell()
                content.seek(0)
                out.addfile(info, content)


for subject, name, type_ in ((1, "betas_all_subj01_fp32_renorm", "f4"), (2, "betas_subj02", "f2")):
    betas = random.normal(size=(TRIALS, VOXELS)).astype(type_)
    with h5py.File(root / (name + ".hdf5"), "w") as f:
        f["betas"] = betas
    # Eight pictures are trained on, some twice, and two tested on, one twice and one three times.
    shown = np.array([0, 1, 2, 8, 3, 0, 9, 4, 1, 5, 6, 8, 7, 2, 9, 3, 9, 4, 5, 0])
    rows = np.full((TRIALS, 17), -1.0)
    rows[:, 0], rows[:, 1] = shown, subject
    rows[:, 2], rows[:, 3], rows[:, 4] = np.arange(TRIALS) // 10 + 1, 1, np.arange(TRIALS) % 10 + 1
    rows[:, 5], rows[:, 6], rows[:, 16] = np.arange(TRIALS), 0.5, shown >= 8
    folder = root / "wds" / f"subj0{subject}"
    counts = {"train": 0, "new_test": 0}
    groups = {("train", 0): [], ("train", 1): [], ("new_test", 0): []}
    for t in range(TRIALS):
        split = "new_test" if shown[t] >= 8 else "train"
        past = np.full((15, 17), -1.0)
        before = rows[max(0, t - 15):t][::-1]
        past[:len(before)] = before
        members = {"behav": rows[t:t + 1]}
        if t < 2:  # in the real files, all have them
            members.update(past_behav=past, future_behav=np.full((15, 17), -1.0), olds_behav=np.full((3, 17), -1.0))
        groups[split, t // 10 if split == "train" else 0].append((f"sample{counts[split]:09d}", members))
        counts[split] += 1
    for (split, number), samples in groups.items():
        if not (subject == 2 and split == "new_test"):
            tar(folder / split / f"{number}.tar", samples)
        else:
            tar(folder / "test" / "0.tar", samples[:3])
    expected[f"betas{subject}"], expected[f"shown{subject}"] = betas, shown
np.savez_compressed("expected.npz", **expected)
