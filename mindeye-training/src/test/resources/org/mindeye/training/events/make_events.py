"""Writes the event files of this folder with the SummaryWriter of tensorboardX, TensorBoard's format
from another hand, and reads them back with TensorBoard.

    python3 make_events.py

reference.tfevents   numbers, among them 0, NaN, infinities and ones that single precision rounds,
                     steps of one byte to nine, and a picture of 4x3 pixels
resumed.tfevents     the same run resumed with step 2 (purge_step=2)

The clock is replaced: the first records bear 1700000000.5 and 1700000100.25.
"""

import math
import pathlib
import tempfile
import time

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboardX import SummaryWriter

HERE = pathlib.Path(__file__).parent

SCALARS = [  # tag, step, value, seconds after the start
    ("train/loss", 0, 0.0, 0.25),
    ("train/loss", 1, 3.25, 0.5),
    ("train/loss", 2, 0.1, 0.75),
    ("train/loss", 127, -1e-7, 1),
    ("train/loss", 128, math.nan, 1.25),
    ("train/loss", 300, math.inf, 2),
    ("train/loss", 1 << 31, -math.inf, 3),
    ("validation/brain_to_image", (1 << 62) + 5, 1e30, 4),
]
RESUMED = [("train/loss", 2, 0.75, 0.5), ("train/loss", 3, 0.5, 1)]


def record(name, start, scalars, purge_step=None, picture=None):
    clock, time.time = time.time, lambda: start
    try:
        with tempfile.TemporaryDirectory() as folder:
            writer = SummaryWriter(folder, purge_step=purge_step)
            for tag, step, value, after in scalars:
                writer.add_scalar(tag, value, step, start + after)
            if picture is not None:
                writer.add_image("pictures/seen", picture, 7, start + 5, dataformats="HWC")
            writer.close()
            (file,) = pathlib.Path(folder).iterdir()
            (HERE / name).write_bytes(file.read_bytes())
    finally:
        time.time = clock


def read_back():
    with tempfile.TemporaryDirectory() as folder:
        for second, name in enumerate(["reference", "resumed"]):
            target = pathlib.Path(folder) / f"events.out.tfevents.{1700000000 + 100 * second}.x"
            target.write_bytes((HERE / f"{name}.tfevents").read_bytes())
        run = EventAccumulator(folder).Reload()
        print([(e.step, e.value) for e in run.Scalars("train/loss")])
        assert [e.step for e in run.Scalars("train/loss")] == [0, 1, 2, 3]


pixels = (np.arange(3 * 4 * 3, dtype=np.uint8) * 7).reshape(3, 4, 3)
record("reference.tfevents", 1700000000.5, SCALARS, picture=pixels)
record("resumed.tfevents", 1700000100.25, RESUMED, purge_step=2)
read_back()
