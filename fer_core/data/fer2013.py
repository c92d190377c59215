"""FER2013: 35,887 grey 48 x 48 faces from image search, seven expressions (Goodfellow et al. 2013, arXiv:1307.0414).

Two editions are read, and the table wins where both lie side by side:

    the owner's     fer2013.csv, columns emotion, pixels, Usage: Training, PublicTest, PrivateTest
    pictures        train|val|test/<class>/, as it circulates; its splits are called train, validation and test

No network may be chosen on what is scored. So validation is what lies in val/; without that folder it is the PublicTest
pictures of test/, where their names say which they are; and where they do not, a tenth of train, the same share of each
class, held out by name as for RAF-DB. What was done is said in `FaceDataset.notes`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.data import deterministic_split, folder
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import DatasetInfo, DatasetPaper, FaceDataset
from fer_core.data.pixel_table import PixelTable
from fer_core.errors import DataError

SIZE_PX = 48
SPLITS = ("Training", "PublicTest", "PrivateTest")
COUNTS = {"Training": 28_709, "PublicTest": 3_589, "PrivateTest": 3_589}
# Pictures by role: all that the owner has; with PublicTest in val/; with a validation taken out of train/.
FOLDER_COUNTS = ((28_709, 0, 7_178), (28_709, 3_589, 3_589))
VALIDATION_SHARE, SEED = 0.1, 0
# Pictures are numbered from here, so that no number means a row of fer2013.csv to one and a picture to another.
FIRST_PICTURE = 100_000
PUBLIC, PRIVATE = "PublicTest", "PrivateTest"

# Fewer rows than this are a sample that somebody cut on purpose; more claim to be the set and must be all of it.
SAMPLE_ROWS = 5_000

ALIGNMENT = "none; a face detector centred the faces, which stay tilted as they were"
TERMS = (
    "FER2013 was gathered by image search for an ICML 2013 challenge and is for non-commercial research only; "
    "its pictures are not ours to pass on."
)
PAPER = DatasetPaper(
    key="goodfellow2013",
    authors="Goodfellow, Ian J. and Erhan, Dumitru and Carrier, Pierre Luc and Courville, Aaron and others",
    title="Challenges in Representation Learning: A Report on Three Machine Learning Contests",
    venue="International Conference on Neural Information Processing",
    year=2013,
    link="https://arxiv.org/abs/1307.0414",
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
    elif home.is_dir() and (folders := folder.split_folders(home)):
        return _open_folders(home, folders)
    else:
        raise DataError(
            f"{table} is missing, so FER2013 cannot be opened; get fer2013.csv from {SOURCE} and put it there, "
            f"or put a folder edition's train and test folders into {home}"
        )
    return FaceDataset(name="fer2013", expressions=labels.FER2013, terms=TERMS, **arrays)


def _open_folders(home: Path, folders: dict[str, Path]) -> FaceDataset:
    needed = {role: folders.get(role, home / role) for role in folder.ROLES if role != "validation" or role in folders}
    listing = folder.list_pictures({path: role for role, path in needed.items()}, labels.FER2013)
    pictures = listing.pictures
    key = f"folder 2 {SEED} {VALIDATION_SHARE} {folder.fingerprint(pictures)}"
    arrays = cached(home / ".cache" / "fer2013-folder.npz", key, lambda: _parse_folder(home, pictures))
    return FaceDataset(
        name="fer2013",
        expressions=labels.FER2013,
        terms=TERMS,
        roles=folder.ROLES,
        notes=(_how_chosen(folders, pictures, arrays["split"]), *listing.notes),
        **arrays,
    )


def _parse_table(path: Path) -> Arrays:
    arrays = TABLE.read(path)
    _check_counts(path, arrays["split"], COUNTS)
    return arrays


def _parse_folder(home: Path, pictures: list[folder.Picture]) -> Arrays:
    split = np.array([picture.split for picture in pictures], "<U10")
    _check_folder_counts(home, split)
    codes = np.array([picture.label for picture in pictures], np.int64)
    if "validation" not in split:
        split[_chosen_on(pictures, codes, split)] = "validation"
    return {
        "images": folder.read_pictures(pictures, SIZE_PX),
        "labels": codes,
        "split": split,
        "rows": FIRST_PICTURE + np.arange(len(pictures), dtype=np.int64),
    }


def _chosen_on(pictures: list[folder.Picture], codes: np.ndarray, split: np.ndarray) -> np.ndarray:
    """Positions of the pictures that become validation where no folder holds it, int64."""
    names = [picture.path.stem for picture in pictures]
    if _names_tell(pictures):
        return np.flatnonzero((split == "test") & [name.startswith(PUBLIC) for name in names])
    train = np.flatnonzero(split == "train")
    return train[
        deterministic_split.stratified_holdout(codes[train], [names[row] for row in train], VALIDATION_SHARE, SEED)
    ]


def _names_tell(pictures: list[folder.Picture]) -> bool:
    """Whether the names in test/ say which pictures are PublicTest and which PrivateTest, as they circulate."""
    usages = {picture.path.stem.split("_")[0] for picture in pictures if picture.split == "test"}
    return usages == {PUBLIC, PRIVATE}


def _how_chosen(folders: dict[str, Path], pictures: list[folder.Picture], split: np.ndarray) -> str:
    n = int((split == "validation").sum())
    if "validation" in folders:
        return f"validation is the {n:,} pictures of {folders['validation'].name}/"
    if _names_tell(pictures):
        return f"validation is the {n:,} pictures of test/ that are named {PUBLIC}; test is the others"
    return (
        f"{deterministic_split.held_out_note(n)}; test may hold {PUBLIC} and {PRIVATE} together, so a score on it is "
        f"not one on {PRIVATE}"
    )


def _check_folder_counts(home: Path, split: np.ndarray) -> None:
    present = tuple(int((split == role).sum()) for role in folder.ROLES)
    train, validation, test = present
    if len(split) < SAMPLE_ROWS or present in FOLDER_COUNTS or (train + validation, 0, test) in FOLDER_COUNTS:
        return
    counts = ", ".join(f"{role} {n:,}" for role, n in zip(folder.ROLES, present, strict=True) if n)
    raise DataError(
        f"{home} does not hold the pictures of the published FER2013 ({counts}; published are 28,709 for training and "
        f"7,178 for validation and test); get it again from {SOURCE}, or keep a sample below {SAMPLE_ROWS:,} pictures"
    )


def _check_counts(path: Path, split: np.ndarray, published: dict[str, int]) -> None:
    present = {name: int((split == name).sum()) for name in published}
    if len(split) < SAMPLE_ROWS or present == published:
        return
    counts = ", ".join(f"{name} {present[name]:,} instead of {published[name]:,}" for name in published)
    raise DataError(
        f"{path} is not the published FER2013 ({counts}); get it again from {SOURCE}, "
        f"or keep a sample below {SAMPLE_ROWS:,} rows"
    )


INFO = DatasetInfo(
    name="fer2013",
    title="FER2013",
    expressions=labels.FER2013,
    terms=TERMS,
    alignment=ALIGNMENT,
    train_split="Training",
    validation_split="PublicTest",
    test_split="PrivateTest",
    opener=open_fer2013,
    page="https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge",
    paper=PAPER,
)
