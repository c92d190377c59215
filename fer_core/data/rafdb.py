"""RAF-DB basic: 15,339 aligned colour faces of 100 x 100 px, seven expressions (Li, Deng and Du 2017, CVPR).

Two layouts are read and give the same rows in the same order:

    the owner's     raf-db/EmoLabel/list_patition_label.txt  (lines "train_00001.jpg 5")
                    raf-db/Image/aligned/train_00001_aligned.jpg
    Kaggle's        raf-db/DATASET/train|test/<1-7>/train_00001_aligned.jpg

The owner splits into train and test only. Whoever chooses an epoch on test, as public recipes do, reports a number that
flatters; so a tenth of train, the same share of each class, is held out here as `validation`. Which pictures they are
depends on their names and `SEED` alone (see `drawing`), so both layouts hold out the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.data import deterministic_split, folder, text_files
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import DatasetInfo, DatasetPaper, FaceDataset
from fer_core.errors import DataError
from fer_core.images import photos

SIZE_PX = 100
SPLITS = ("train", "validation", "test")
COUNTS = {
    "train": dict(zip(labels.RAFDB, (1_290, 281, 717, 4_772, 1_982, 705, 2_524), strict=True)),
    "test": dict(zip(labels.RAFDB, (329, 74, 160, 1_185, 478, 162, 680), strict=True)),
}
VALIDATION_SHARE, SEED = 0.1, 0

# Fewer pictures than this are a sample that somebody cut on purpose; more claim to be the set and must be all of it.
SAMPLE_ROWS = 5_000

TERMS = "RAF-DB is lent by its authors for non-commercial research only; its pictures may not be passed on."
PAPER = DatasetPaper(
    key="li2017",
    authors="Li, Shan and Deng, Weihong and Du, JunPing",
    title="Reliable Crowdsourcing and Deep Locality-Preserving Learning for Expression Recognition in the Wild",
    venue="IEEE Conference on Computer Vision and Pattern Recognition",
    year=2017,
    link="https://doi.org/10.1109/CVPR.2017.277",
)
SOURCE = "its authors (www.whdeng.cn/RAF/model1.html)"

LABEL_FILE = Path("EmoLabel") / "list_patition_label.txt"
PICTURES = Path("Image") / "aligned"
KAGGLE = "DATASET"
_CODES = labels.CODES["rafdb"]


def open_rafdb(root: Path) -> FaceDataset:
    """Open RAF-DB basic from root/raf-db: splits train, validation (held out of the owner's train) and test.

    Raises:
        DataError: if it is missing, damaged, or its classes are not as large as published.
    """
    home = root / "raf-db"
    if (home / LABEL_FILE).is_file():
        pictures = list(_listed_by_owner(home))
    elif (home / KAGGLE).is_dir():
        pictures = list(_listed_by_folder(home / KAGGLE))
    else:
        raise DataError(
            f"{home / LABEL_FILE} is missing, so RAF-DB cannot be opened; get the aligned edition from {SOURCE} and "
            f"put EmoLabel and Image into {home}, or the folder {KAGGLE} of the edition that circulates"
        )
    pictures.sort(key=lambda picture: (picture.split == "test", _stem(picture)))
    # The owner's pictures do not lie in class folders, so their places alone would not tell that a label has changed.
    codes = "".join(str(picture.label) for picture in pictures)
    key = f"raf-db 1 {SEED} {VALIDATION_SHARE} {folder.fingerprint(pictures)} {codes}"
    arrays = cached(home / ".cache" / "raf-db.npz", key, lambda: _parse(home, pictures))
    return FaceDataset(
        name="rafdb",
        expressions=labels.RAFDB,
        terms=TERMS,
        notes=(
            deterministic_split.held_out_note(int((arrays["split"] == "validation").sum())),
            *_passed_over(home, pictures),
        ),
        **arrays,
    )


def _passed_over(home: Path, pictures: list[folder.Picture]) -> Iterator[str]:
    used = {picture.path for picture in pictures}
    places = [home / PICTURES] if (home / LABEL_FILE).is_file() else [home / KAGGLE / split for split in COUNTS]
    others = [path for place in places for path in folder.files_below(place) if path not in used]
    return folder.passed_over(others, "is no listed picture", "are no listed pictures")


def _parse(home: Path, pictures: list[folder.Picture]) -> Arrays:
    codes = np.array([picture.label for picture in pictures], np.int64)
    split = np.array([picture.split for picture in pictures], "<U10")
    _check_counts(home, codes, split)
    return {
        "images": folder.read_pictures(pictures, SIZE_PX, "RGB"),
        "labels": codes,
        "split": _with_validation(codes, split, [_stem(picture) for picture in pictures]),
        "rows": np.arange(len(pictures), dtype=np.int64),
    }


def _with_validation(codes: np.ndarray, split: np.ndarray, names: list[str]) -> np.ndarray:
    train = np.flatnonzero(split == "train")
    is_held_out = deterministic_split.stratified_holdout(
        codes[train], [names[row] for row in train], VALIDATION_SHARE, SEED
    )
    split = split.copy()
    split[train[is_held_out]] = "validation"
    return split


def _listed_by_owner(home: Path) -> Iterator[folder.Picture]:
    table, seen = home / LABEL_FILE, set()
    for number, line in enumerate(text_files.read_text(table).splitlines(), start=1):
        if not line.strip():
            continue
        name, split, code = _parse_line(table, number, line)
        if name in seen:
            raise DataError(f"{table}, line {number}: {name} is listed twice; get the file again from {SOURCE}")
        seen.add(name)
        path = home / PICTURES / f"{Path(name).stem}_aligned.jpg"
        if not path.is_file():
            raise DataError(f"{path} is missing, but {table} lists it; get the aligned pictures again from {SOURCE}")
        yield folder.Picture(path, split, code)
    if not seen:
        raise DataError(f"{table} lists no picture; get it again from {SOURCE}")


def _parse_line(table: Path, number: int, line: str) -> tuple[str, str, int]:
    fields = [field.strip('"') for field in line.split()]
    wrong = f"{table}, line {number}: {line.strip()[:60]!r}"
    if len(fields) != 2:
        raise DataError(f"{wrong} is not a file name and a label; get the file again from {SOURCE}")
    name, code = fields
    split = name.split("_")[0]
    if split not in COUNTS:
        raise DataError(f"{wrong} names a picture of neither train nor test; get the file again from {SOURCE}")
    if code not in _CODES:
        raise DataError(f"{wrong} has the label {code}, which is not one of 1 to 7; get the file again from {SOURCE}")
    return name, split, labels.RAFDB.index(_CODES[code])


def _listed_by_folder(home: Path) -> Iterator[folder.Picture]:
    for split in COUNTS:
        place = home / split
        listed = [
            folder.Picture(path, split, labels.RAFDB.index(_CODES[class_folder.name]))
            for class_folder in _class_folders(place)
            for path in folder.files_below(class_folder)
            if folder.is_picture(path)
        ]
        if not listed:
            raise DataError(f"{place} has no pictures; it should hold the folders 1 to 7 with {photos.READABLE} files")
        yield from listed


def _class_folders(place: Path) -> list[Path]:
    if not place.is_dir():
        raise DataError(f"{place} is missing; this layout of RAF-DB needs train and test side by side")
    folders = folder.class_folders(place)
    if wrong := [path for path in folders if path.name not in _CODES]:
        known = ", ".join(f"{code} {name}" for code, name in _CODES.items())
        raise DataError(f"{wrong[0]} is not a label of RAF-DB ({known}); rename or remove it")
    return folders


def _stem(picture: folder.Picture) -> str:
    return picture.path.stem.removesuffix("_aligned")


def _check_counts(home: Path, codes: np.ndarray, split: np.ndarray) -> None:
    if len(codes) < SAMPLE_ROWS:
        return
    wrong = []
    for name, published in COUNTS.items():
        counts = np.bincount(codes[split == name], minlength=len(labels.RAFDB)).tolist()
        pairs = zip(published.items(), counts, strict=True)
        wrong += [f"{name} {expression} {n:,} instead of {want:,}" for (expression, want), n in pairs if n != want]
    if wrong:
        raise DataError(
            f"{home} is not the published RAF-DB basic ({', '.join(wrong)}); get it again from {SOURCE}, or keep a "
            f"sample below {SAMPLE_ROWS:,} rows"
        )


INFO = DatasetInfo(
    name="rafdb",
    title="RAF-DB",
    expressions=labels.RAFDB,
    terms=TERMS,
    alignment="by its owners: the eyes and the mouth of every face lie in the same places",
    train_split="train",
    validation_split="validation",
    test_split="test",
    opener=open_rafdb,
    page="http://www.whdeng.cn/RAF/model1.html",
    paper=PAPER,
)
