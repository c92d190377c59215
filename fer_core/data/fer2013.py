"""FER2013: 35,887 grey 48 x 48 faces from image search, seven expressions (Goodfellow et al. 2013, arXiv:1307.0414).

Two editions are read: the owner's fer2013.csv (columns emotion, pixels, Usage), which has a validation split, and the
folder of pictures (train|test/<class>/) that circulates, which has none. The table wins where both lie side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fer_core import labels
from fer_core.data import folder
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import DatasetInfo, FaceDataset
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

COLUMNS = ("emotion", "pixels", "Usage")
_CODES = {str(code).encode(): code for code in range(len(labels.FER2013))}
_PIXELS = {str(value).encode(): value for value in range(256)}
_USAGES = {split.encode(): split for split in SPLITS}


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
    images, codes, splits = [], [], []
    for code, pixels, split in _rows(path):
        images.append(np.frombuffer(pixels, np.uint8))
        codes.append(code)
        splits.append(split)
    if not images:
        raise DataError(f"{path} has a header but no rows; get the full fer2013.csv again from {SOURCE}")
    split = np.array(splits)
    _check_counts(path, split, COUNTS)
    return {
        "images": np.stack(images).reshape(-1, SIZE_PX, SIZE_PX),
        "labels": np.array(codes, np.int64),
        "split": split,
        "rows": np.arange(len(codes), dtype=np.int64),
    }


def _parse_folder(home: Path, pictures: list[folder.Picture]) -> Arrays:
    split = np.array([picture.split for picture in pictures])
    _check_counts(home, split, FOLDER_COUNTS)
    return {
        "images": folder.read_pictures(pictures, SIZE_PX),
        "labels": np.array([picture.label for picture in pictures], np.int64),
        "split": split,
        "rows": np.arange(len(pictures), dtype=np.int64),
    }


def _rows(path: Path) -> Iterator[tuple[int, bytes, str]]:
    """Yield (code, SIZE_PX**2 pixel bytes, split) of each row; blank lines are passed over."""
    size = path.stat().st_size
    with (
        path.open("rb") as file,
        tqdm(total=size, unit="B", unit_scale=True, desc="reading fer2013.csv", leave=False, disable=None) as progress,
    ):
        places = _column_places(path, file.readline())
        row = 0
        for number, line in enumerate(file, start=2):
            progress.update(len(line))
            if not line.strip():
                continue
            try:
                yield _parse_row(line, places)
            except ValueError as error:
                cut = "" if line.endswith(b"\n") else ", and the file ends there, as a broken download does"
                raise DataError(
                    f"{path}, row {row} (line {number}): {error}{cut}; get fer2013.csv again from {SOURCE}"
                ) from None
            row += 1


def _column_places(path: Path, header: bytes) -> tuple[int, ...]:
    names = [name.strip().strip('"') for name in header.decode("utf-8-sig", errors="replace").split(",")]
    if missing := [name for name in COLUMNS if name not in names]:
        found = ", ".join(names)
        shown = found if len(found) <= 80 else found[:80] + "..."
        raise DataError(
            f"{path} has the columns {shown!r} and lacks {', '.join(missing)}; "
            f"put the owner's fer2013.csv ({', '.join(COLUMNS)}) there, from {SOURCE}"
        )
    return tuple(names.index(name) for name in COLUMNS)


def _parse_row(line: bytes, places: tuple[int, ...]) -> tuple[int, bytes, str]:
    fields = line.split(b",")
    if len(fields) <= max(places):
        raise ValueError(f"it has {len(fields)} of {max(places) + 1} columns")
    code, pixels, usage = (fields[place].strip() for place in places)
    if code not in _CODES:
        raise ValueError(f"emotion {_shown(code)} is not one of the codes 0 to {len(_CODES) - 1}")
    if usage not in _USAGES:
        raise ValueError(f"Usage {_shown(usage)} is not one of {', '.join(SPLITS)}")
    try:
        # A dict look-up is the fastest strict reading: "256", "-1" and "1e2" are refused, not wrapped around.
        values = bytes(map(_PIXELS.__getitem__, pixels.split()))
    except KeyError as error:
        raise ValueError(f"pixel {_shown(error.args[0])} is not a whole number from 0 to 255") from None
    if len(values) != SIZE_PX**2:
        raise ValueError(f"it has {len(values):,} pixels instead of {SIZE_PX**2:,}")
    return _CODES[code], values, _USAGES[usage]


def _shown(raw: bytes) -> str:
    return repr(raw[:20].decode("utf-8", errors="replace"))


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
