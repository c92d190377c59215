"""Pictures in folders, <split>/<class>/<picture>: the layout in which face sets are most often passed around."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from fer_core import labels
from fer_core.errors import DataError

SUFFIXES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True)
class Picture:
    """One file: where it lies, the split and the index of the expression that its folders name."""

    path: Path
    split: str
    label: int


def list_pictures(home: Path, splits: Mapping[str, str], expressions: Sequence[str]) -> list[Picture]:
    """List the pictures below `home`, by split, class folder and name, so that the order is the same everywhere.

    Args:
        home: the folder that holds one folder per split.
        splits: folder name -> name of the split.
        expressions: the set's expressions; class folders may use any known word for them ("anger" for "angry").

    Raises:
        DataError: if a split folder is missing or has no pictures, or a class folder names no expression of the set.
    """
    pictures: list[Picture] = []
    for folder_name, split in splits.items():
        listed = _list_split(home / folder_name, split, tuple(expressions))
        if not listed:
            raise DataError(
                f"{home / folder_name} has no pictures; it should hold one folder per expression "
                f"({', '.join(expressions)}) with {', '.join(SUFFIXES)} files"
            )
        pictures += listed
    return pictures


def fingerprint(pictures: Sequence[Picture]) -> str:
    """Return a hash of every picture's place, size in bytes and time of change (not of its content)."""
    digest = hashlib.sha256()
    for picture in pictures:
        status = picture.path.stat()
        place = "/".join(picture.path.parts[-3:])
        digest.update(f"{place} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read_pictures(pictures: Sequence[Picture], size_px: int, mode: str = "L") -> np.ndarray:
    """Read the pictures as uint8, grey (N, size_px, size_px) for mode "L" or colour (N, size_px, size_px, 3) for "RGB".

    Raises:
        DataError: if one cannot be read or has another size; the message names it.
    """
    channels = (3,) if mode == "RGB" else ()
    images = np.empty((len(pictures), size_px, size_px, *channels), np.uint8)
    for i, picture in enumerate(tqdm(pictures, desc="reading pictures", unit="", leave=False, disable=None)):
        images[i] = _read_picture(picture.path, size_px, mode)
    return images


def _list_split(home: Path, split: str, expressions: tuple[str, ...]) -> list[Picture]:
    if not home.is_dir():
        raise DataError(
            f"{home} is missing; the folder edition needs it beside its other split, with class folders in it"
        )
    return [
        Picture(path, split, label)
        for class_folder in sorted(home.iterdir())
        if class_folder.is_dir() and not class_folder.name.startswith(".")
        for label in [_label(class_folder, expressions)]
        for path in sorted(class_folder.iterdir())
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]


def _label(class_folder: Path, expressions: tuple[str, ...]) -> int:
    try:
        return expressions.index(labels.canonical(class_folder.name))
    except (KeyError, ValueError):
        raise DataError(
            f"{class_folder} is not named after an expression of this set; rename or remove it "
            f"(known: {', '.join(expressions)})"
        ) from None


def _read_picture(path: Path, size_px: int, mode: str) -> np.ndarray:
    try:
        with Image.open(path) as image:
            read = image.convert(mode)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a picture ({error}); get that file again or remove it") from None
    if read.size != (size_px, size_px):
        width, height = read.size
        raise DataError(
            f"{path} is {width} x {height} px, but this set's pictures are {size_px} x {size_px} px; "
            "put the original there or remove it"
        )
    return np.asarray(read)
