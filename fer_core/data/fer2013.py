"""FER2013: 35,887 grey 48 x 48 faces from image search, seven expressions (Goodfellow et al. 2013, arXiv:1307.0414).

Two editions are read: the owner's fer2013.csv (columns emotion, pixels, Usage), which has a validation split, and the
folder of pictures (train|test/<class>/) that circulates, which has none. The table wins where both lie side by side.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.data import folder
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import DatasetInfo, FaceDataset
from fer_core.data.pixel_table import PixelTable
from fer_core.errors import DataError

SIZE_PX = 48
SPLITS = ("Training", "PublicTest", "PrivateTest")
COUNTS = {"Training": 28_709, "PublicTest": 3_589, "PrivateTest": 3_589}
FOLDER_SPLITS = {"train": "Training", "test": "Test"}
FOLDER_COUNTS = {"Training": 28_709, "Test": 7_178}

# Fewer rows than this are a sample that somebody cut on purpose; more claim to be the set and must be all of it.
SAMPLE_ROWS = 5_000

TERMS = (
    "FER2013 was gathered by image search for an ICML 2013 challenge and is for non-commercial research only; "
    "its pictures are not ours to pass on."
)
SOURCE = (
    "the Kaggle competition challenges-in-representation-learning-facial-expression-recognition-challenge "
    "(a free account and a click on its rules are needed)"
)

TABLE = PixelTable("fer2013.csv", SOURCE, SPLITS, len(labels.FER2013), SIZE_PX)


def open_fer2013(root: Path) -> FaceDataset:
    """Open FER2013 from root/fer2013, parsing it on the first call and from the cache afterwards.

    Raises:
        DataError: if it is missing, damaged, or not as large as its owner publishes.
    """
    home = root / "fer2013"
    table = home / "fer2013.csv"
    if table.is_file():
        status = table.stat()
        key = f"fer2013.csv 1 {status.st_size} {status.st_mtime_ns}"
        arrays = cached(home / ".cache" / "fer2013-csv.npz", key, lambda: _parse_table(table))
    elif any((home / name).is_dir() for name in FOLDER_SPLITS):
        pictures = folder.list_pictures(home, FOLDER_SPLITS, labels.FER2013)
        key = f"folder 1 {folder.fingerprint(pictures)}"
        arrays = cached(home / ".cache" / "fer2013-folder.npz", key, lambda: _parse_folder(home, pictures))
    else:
        raise DataError(
            f"{table} is missing, so FER2013 cannot be opened; get fer2013.csv from {SOURCE} and put it there, "
            f"or put a folder edition's train and test folders into {home}"
        )
    return FaceDataset(name="fer2013", expressions=labels.FER2013, terms=TERMS, **arrays)


def _parse_table(path: Path) -> Arrays:
    arrays = TABLE.read(path)
    _check_counts(path, arrays["split"], COUNTS)
    return arrays


def _parse_folder(home: Path, pictures: list[folder.Picture]) -> Arrays:
    split = np.array([picture.split for picture in pictures])
    _check_counts(home, split, FOLDER_COUNTS)
    return {
        "images": folder.read_pictures(pictures, SIZE_PX),
        "labels": np.array([picture.label for picture in pictures], np.int64),
        "split": split,
        "rows": np.arange(len(pictures), dtype=np.int64),
    }


def _check_counts(path: Path, split: np.ndarray, published: dict[str, int]) -> None:
    found = {name: int((split == name).sum()) for name in published}
    if len(split) < SAMPLE_ROWS or found == published:
        return
    counts = ", ".join(f"{name} {found[name]:,} instead of {published[name]:,}" for name in published)
    raise DataError(
        f"{path} is not the published FER2013 ({counts}); get it again from {SOURCE}, "
        f"or keep a sample below {SAMPLE_ROWS:,} rows"
    )


INFO = DatasetInfo(
    name="fer2013",
    title="FER2013",
    expressions=labels.FER2013,
    terms=TERMS,
    train_split="Training",
    validation_split="PublicTest",
    test_split="PrivateTest",
    opener=open_fer2013,
)
