"""Where the project and the real data lie, and a tiny data set that a network can learn."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from fer_core.data import FaceDataset
from fer_core.labels import FER2013

PROJECT = Path(__file__).resolve().parents[2]


def data_root() -> Path | None:
    """The folder with the unpacked research sets, or None."""
    for root in filter(None, (os.environ.get("FER_DATA"), PROJECT / "data")):
        if (Path(root) / "fer2013").is_dir():
            return Path(root)
    return None


needs_data = pytest.mark.skipif(
    data_root() is None, reason="FER2013 is not unpacked: neither $FER_DATA nor data/ has a folder fer2013"
)


def toy_faces(n: int = 64, seed: int = 0, split: str = "Training") -> FaceDataset:
    """Pictures whose expression is the bright one of seven stripes: learnable, and not a face."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % len(FER2013)
    images = rng.integers(0, 90, (n, 48, 48)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[label * 6 : label * 6 + 6] += 150
    return FaceDataset(
        name="fer2013",
        images=images,
        labels=labels.astype(np.int64),
        split=np.full(n, split),
        rows=np.arange(n),
        expressions=FER2013,
        terms="made in a test",
    )
