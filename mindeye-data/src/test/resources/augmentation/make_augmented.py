"""Augments small images with libraries other than kornia, whose documented formulas these are.

    python3 make_augmented.py   (made with Python 3.11.7, NumPy 2.4.6, torch 2.13.0, scikit-image 0.26.0)

Each <case>.npz holds a batch with its plan and its result:

images    float32 [batch, 3, height, width], random, with black, white, gray and pure colours among them;
          absent where the images are too large to keep: then pixel (b, c, y, x) is
          ((7 x + 13 y + 29 c + 5 b + x y) mod 64) / 63, and image_size is [batch, height, width]
boxes     int64 [batch, 4]: top, left, height, width
flips     int64 [batch]: 0 or 1
jitter    float32 [batch, 4]: brightness, contrast, saturation, hue in turns; NaN where there is none
order     int64 [4]: which of the four comes first, second, ...
grays     int64 [batch]: 0 or 1
expected  float32 [batch, 3, size, size]

Interpolation is torch's in float32; colours are computed in float64, the hue with scikit-image.
"""

import itertools

import numpy as np
import torch
from skimage.color import hsv2rgb, rgb2hsv

WEIGHTS = np.array([0.299, 0.587, 0.114])
NONE = [float("nan")] * 4
random = np.random.default_rng(20)


def brightness(image, factor):
    return np.clip(image * factor, 0, 1)


def contrast(image, factor):
    return np.clip(image * factor + (1 - factor) * (image @ WEIGHTS).mean(), 0, 1)


def saturation(image, factor):
    return np.clip(image * factor + (1 - factor) * (image @ WEIGHTS)[..., None], 0, 1)


def hue(image, turns):
    hsv = rgb2hsv(image)
    hsv[..., 0] = (hsv[..., 0] + turns) % 1
    return hsv2rgb(hsv)


STEPS = [brightness, contrast, saturation, hue]


def augment(image, box, flip, jitter, order, gray, size):
    top, left, height, width = box
    part = torch.from_numpy(image[None, :, top:top + height, left:left + width].copy())
    part = torch.nn.functional.interpolate(
        part, (size, size), mode="bilinear", align_corners=True, antialias=False)
    image = part[0].numpy().astype("f8").transpose(1, 2, 0)
    if flip:
        image = image[:, ::-1]
    if not np.isnan(jitter[0]):
        for step in order:
            image = STEPS[step](image, float(jitter[step]))
    if gray:
        image = np.repeat((image @ WEIGHTS)[..., None], 3, 2)
    return image.transpose(2, 0, 1)


def save(name, images, plan, order, size, keep=True):
    boxes, flips, jitter, grays = zip(*plan)
    jitter = np.array(jitter, "f4")
    expected = [
        augment(images[b], boxes[b], flips[b], jitter[b], order, grays[b], size)
        for b in range(len(plan))]
    content = {"images": images} if keep else {"image_size": np.array(images.shape, "i8")[[0, 2, 3]]}
    np.savez_compressed(
        name + ".npz", **content, boxes=np.array(boxes, "i8"), flips=np.array(flips, "i8"),
        jitter=jitter, order=np.array(order, "i8"), grays=np.array(grays, "i8"),
        expected=np.array(expected, "f4"))


def images(batch, height, width):
    values = random.random((batch, 3, height, width), dtype="f4")
    values[:, :, 0, 0] = 0
    values[:, :, 0, -1] = 1
    values[:, :, -1, 0] = 0.5
    values[:, :, -1, -1] = np.eye(3, dtype="f4")[np.arange(batch) % 3]
    values[:, :, 0, 1] = 1 - np.eye(3, dtype="f4")[np.arange(batch) % 3]
    return values


def formula(batch, height, width):
    b, c, y, x = np.ogrid[:batch, :3, :height, :width]
    return (((7 * x + 13 * y + 29 * c + 5 * b + x * y) % 64) / np.float32(63)).astype("f4")


whole = (0, 0, 9, 7)
save("resize", images(2, 9, 7), [(whole, 0, NONE, 0), (whole, 1, NONE, 0)], [0, 1, 2, 3], 8)
save("crop", images(3, 9, 7),
     [((2, 1, 6, 5), 0, NONE, 0), ((0, 2, 8, 5), 1, NONE, 0), ((8, 6, 1, 1), 0, NONE, 1)], [0, 1, 2, 3], 11)

# One step at a time, at both ends: the other three change nothing.
single = [(0.6, 1, 1, 0), (1.4, 1, 1, 0), (1, 0.6, 1, 0), (1, 1.4, 1, 0),
          (1, 1, 0.8, 0), (1, 1, 1.2, 0), (1, 1, 1, -0.1), (1, 1, 1, 0.1), (1, 1, 1, -0.5), (1, 1, 1, 0.5)]
save("jitter_single", images(10, 9, 7), [(whole, 0, j, 0) for j in single], [0, 1, 2, 3], 9)

for number, order in enumerate(list(itertools.permutations(range(4)))[::5]):
    factors = [(random.uniform(0.6, 1.4), random.uniform(0.6, 1.4), random.uniform(0.8, 1.2),
                random.uniform(-0.1, 0.1)) for _ in range(3)]
    save(f"jitter_order_{number}", images(3, 6, 5),
         [((0, 0, 6, 5), 0, factors[0], 0), ((1, 0, 4, 5), 1, factors[1], 1),
          ((0, 0, 6, 5), 0, factors[2], 0)], order, 7)

for height, width, size in ((2, 2, 5), (3, 5, 4), (1, 4, 6), (257, 255, 12), (4, 3, 1)):
    save(f"formula_{height}x{width}_to_{size}", formula(2, height, width),
         [((0, 0, height, width), 0, NONE, 0), ((0, 0, height, width), 1, NONE, 0)],
         [0, 1, 2, 3], size, keep=False)
save("formula_crop", formula(2, 256, 256),
     [((17, 30, 221, 190), 0, (1.3, 0.7, 1.1, -0.07), 0), ((48, 3, 200, 251), 1, (0.8, 1.2, 0.9, 0.05), 0)],
     [3, 1, 0, 2], 20, keep=False)
