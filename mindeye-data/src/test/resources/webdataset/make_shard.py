"""Writes a tiny shard the way the published ones were written, with Python's own tar, NumPy and Pillow.

    python3 make_shard.py      (made with Python 3.11.7, NumPy 2.4.6, Pillow 12.3.0)

val_subj01_0.tar   three samples of 6 voxels; the array variants differ from sample to sample
pixels_<n>.npy     the images as Pillow decodes them to RGB, uint8 [height, width, 3]
"""

import io
import tarfile

import numpy as np
from PIL import Image

random = np.random.default_rng(3)
y, x = np.mgrid[0:12, 0:16]
scene = np.stack([x * 16, y * 20, 255 - x * 8 - y * 8], -1).clip(0, 255).astype(np.uint8)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


images = [
    ("jpg", encoded(Image.fromarray(scene), "JPEG", quality=92)),
    ("png", encoded(Image.fromarray(scene), "PNG")),
    ("jpg", encoded(Image.fromarray(scene[..., 1]), "JPEG", quality=92)),
]
voxels = np.arange(18, dtype=np.float64).reshape(3, 6) / 4 - 2
arrays = [
    voxels.astype("<f2"),
    np.asfortranarray(voxels.astype("<f4")),
    np.asfortranarray(voxels.astype(">f8")),
]
numbers = [
    (np.array(26599), np.array([1, 2, 3]), np.array(3)),
    (np.array([[72999]], "i4"), np.array([7], "i2"), np.array(1, "u1")),
    (np.array([5.0, 5.0, 5.0], "f4"), np.array([10.0, 20.0, 20.0]), np.array([2.0, 2.0, 2.0])),
]

with tarfile.open("val_subj01_0.tar", "w") as tar:
    for i in range(3):
        coco, trial, distinct = numbers[i]
        members = {
            images[i][0]: images[i][1],
            "coco73k.npy": npy(coco),
            "nsdgeneral.npy": npy(arrays[i]),
            "num_uniques.npy": npy(distinct),
            "trial.npy": npy(trial),
        }
        if i == 1:
            members["wholebrain_3d.npy"] = npy(random.normal(size=(2, 3, 4)).astype("f2"))
        for name in sorted(members):
            info = tarfile.TarInfo(f"sample{i + 40:011d}.{name}")
            info.size = len(members[name])
            tar.addfile(info, io.BytesIO(members[name]))
        decoded = Image.open(io.BytesIO(images[i][1])).convert("RGB")
        np.save(f"pixels_{i}.npy", np.asarray(decoded))
