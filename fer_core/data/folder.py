"""Pictures in folders, <split>/<class>/<picture>: the layout in which face sets are mostly distributed.

Class folders are read at any depth, in every format that the photo reader knows; skipped files are counted and named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from fer_core import labels
from fer_core.data.text_files import same_name
from fer_core.errors import DataError
from fer_core.images import photos

ROLES = ("train", "validation", "test")
SPLIT_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
# Files that operating systems leave in folders: they are skipped silently.
SYSTEM_FILES = ("thumbs.db", "desktop.ini")
NAMED = 3  # files that a note names


@dataclass(frozen=True)
class Picture:
    """One file: where it lies, the split and the index of the expression that its folders name."""

    path: Path
    split: str
    label: int


@dataclass(frozen=True)
class Listing:
    """The pictures below a folder, and a sentence for each kind of file that was passed over."""

    pictures: list[Picture]
    notes: tuple[str, ...]


@cache
def suffixes() -> tuple[str, ...]:
    """Return the endings of the file names that the photo reader's formats have, lower case, with their dot."""
    known = Image.registered_extensions()
    return tuple(sorted(suffix for suffix, kind in known.items() if kind in photos.FORMATS))


def is_picture(path: Path) -> bool:
    """Whether a file's name ends as a picture's does."""
    return path.suffix.lower() in suffixes()


def split_folders(home: Path) -> dict[str, Path]:
    """Return the folders of `home` that are named after a split ("train", "val", "Testing"), by role.

    Raises:
        DataError: if two are named after one.
    """
    folders: dict[str, Path] = {}
    for folder in class_folders(home):
        role = SPLIT_WORDS.get(folder.name.lower())
        if role and role in folders:
            raise DataError(f"{folders[role]} and {folder} both stand for {role}; put their pictures together")
        if role:
            folders[role] = folder
    return {role: folders[role] for role in ROLES if role in folders}


def class_folders(home: Path) -> list[Path]:
    """Return the folders in a folder, without hidden ones, in one order on every system."""
    return sorted(
        (path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")), key=place_below(home)
    )


def files_below(home: Path) -> list[Path]:
    """Return the files below a folder at any depth, without hidden and the system's own, in one order everywhere."""
    paths = (
        path
        for path in home.rglob("*")
        if path.is_file()
        and path.name.lower() not in SYSTEM_FILES
        and not any(part.startswith(".") for part in path.relative_to(home).parts)
    )
    return sorted(paths, key=place_below(home))


def place_below(home: Path) -> Callable[[Path], str]:
    """Return the function that says where below `home` a path lies: "happy/a.png", composed, with "/"."""
    return lambda path: same_name(path.relative_to(home).as_posix())


def list_pictures(splits: Mapping[Path, str], expressions: Sequence[str]) -> Listing:
    """List the pictures of some folders, by class folder and name, so that the order is the same everywhere.

    Args:
        splits: folder -> name of the split.
        expressions: the set's expressions; class folders may use any known word for them ("anger" for "angry").

    Raises:
        DataError: if a folder is missing or has no pictures, or class folders name no expression of the set.
    """
    pictures: list[Picture] = []
    others: list[Path] = []
    for home, split in splits.items():
        if not home.is_dir():
            raise DataError(
                f"{home} is missing; the folder edition needs it beside its other split, with class folders in it"
            )
        codes = _codes(home, tuple(expressions))
        listed = [Picture(path, split, code) for folder, code in codes.items() for path in files_below(folder)]
        others += [picture.path for picture in listed if not is_picture(picture.path)]
        others += [path for path in files_below(home) if path.parent == home]
        listed = [picture for picture in listed if is_picture(picture.path)]
        if not listed:
            raise DataError(
                f"{home} has no pictures; it should hold one folder per expression ({', '.join(expressions)}) with "
                f"{photos.READABLE} files"
            )
        pictures += listed
    notes = passed_over(others, "is no picture in a class folder", "are no pictures in class folders")
    return Listing(pictures, tuple(notes))


def passed_over(paths: Sequence[Path], why_one: str, why_several: str) -> Iterator[str]:
    """Say how many files were passed over and why, naming the first; nothing if there are none."""
    if paths:
        names = ", ".join(path.name for path in paths[:NAMED]) + (", ..." if len(paths) > NAMED else "")
        what = f"1 file that {why_one}" if len(paths) == 1 else f"{len(paths):,} files that {why_several}"
        yield f"passed over: {what} ({names})"


def fingerprint(pictures: Sequence[Picture]) -> str:
    """Return a hash of every picture's place, size in bytes and time of change (not of its content)."""
    digest = hashlib.sha256()
    for picture in pictures:
        status = picture.path.stat()
        place = "/".join(picture.path.parts[-3:])
        digest.update(f"{place} {status.st_size} {status.st_mtime_ns}\n".encode(errors="surrogateescape"))
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


def _codes(home: Path, expressions: tuple[str, ...]) -> dict[Path, int]:
    """The index of the expression that each class folder is named after; all wrong names are refused together."""
    codes, wrong = {}, []
    for folder in class_folders(home):
        try:
            codes[folder] = expressions.index(labels.canonical(folder.name))
        except (KeyError, ValueError):
            wrong.append(folder)
    if wrong:
        names = ", ".join(labels.with_suggestion(folder.name) for folder in wrong)
        raise DataError(
            f"{wrong[0]} is not named after an expression of this set; rename or remove {names} "
            f"(known: {', '.join(expressions)})"
        )
    return codes


def _read_picture(path: Path, size_px: int, mode: str) -> np.ndarray:
    try:
        with Image.open(path, formats=photos.FORMATS) as image:
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
