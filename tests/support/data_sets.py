"""Tiny copies of the data sets' layouts, with noise where faces would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

CK_FOLDERS = ("anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")


def noise(n: int, size: int = 48, seed: int = 0, channels: int = 1) -> np.ndarray:
    """Pictures of independent pixels, uint8 (n, size, size[, 3]): no two are alike, mirrored or moved."""
    shape = (n, size, size) if channels == 1 else (n, size, size, channels)
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def save(path: Path, image: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, quality=95)
    return path


def write_ck48(root: Path, subjects: int = 12, expressions: int = 2) -> list[Path]:
    """Each subject shows the first `expressions` classes, one sequence of three frames each; returns the files."""
    images = iter(noise(subjects * expressions * 3))
    return [
        save(root / "ck48" / CK_FOLDERS[label] / f"S{subject:03d}_{label + 1:03d}_{frame:08d}.png", next(images))
        for subject in range(subjects)
        for label in range(expressions)
        for frame in (7, 8, 9)
    ]


# Label of RAF-DB by file, in the owner's order.
RAF_LABELS = {f"train_{i:05d}": 1 + i % 3 for i in range(1, 61)} | {f"test_{i:04d}": 1 + i % 7 for i in range(1, 8)}


def write_rafdb(root: Path, is_owners: bool = True) -> Path:
    """The owner's layout, or Kaggle's, with the same pictures; returns raf-db."""
    home = root / "raf-db"
    for image, (name, label) in zip(noise(len(RAF_LABELS), 100, channels=3), RAF_LABELS.items(), strict=True):
        kaggle = home / "DATASET" / name.split("_")[0] / str(label)
        save((home / "Image" / "aligned" if is_owners else kaggle) / f"{name}_aligned.jpg", image)
    if is_owners:
        table = home / "EmoLabel" / "list_patition_label.txt"
        table.parent.mkdir()
        table.write_text("".join(f"{name}.jpg {label}\n" for name, label in RAF_LABELS.items()))
    return home
