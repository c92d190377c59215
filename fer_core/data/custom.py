"""Your own pictures: own/<class>/*.jpg|png, and a file that says what each class folder shows.

    own/labels.json     {"joy": "happy", "Neutral faces": "neutral", "blurred": null}

A folder's name is mapped to an expression of `labels.EXPRESSIONS`; null leaves the folder out. Without the file, each
folder must be named after an expression, or after a known other word for it ("anger", "happiness").

Pictures may have any size: each is turned upright, padded to a square as an uploaded photo is, and reduced or enlarged
to `SIZE_PX`. There is no split: the set serves to score networks that were trained elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from fer_core import labels
from fer_core.data.dataset import NO_SPLIT, DatasetInfo, FaceDataset
from fer_core.data.folder import SUFFIXES, Picture
from fer_core.errors import DataError, PhotoError
from fer_core.images import photos
from fer_core.images.preprocessing import RESAMPLE, pad_to_square

SIZE_PX = 100
FOLDER, MAPPING = "own", "labels.json"
TERMS = "Pictures of your own; whether they may be shown or passed on is for you to know."


def open_own(root: Path) -> FaceDataset:
    """Open root/own; all eight expressions are its order, even those of which it has no picture.

    Raises:
        DataError: if there is no such folder or picture, the mapping is damaged or incomplete, or a picture cannot be
            read.
    """
    home = root / FOLDER
    if not home.is_dir():
        raise DataError(
            f"{home} is missing; make it, with one folder per expression ({', '.join(labels.EXPRESSIONS)}) and "
            f"pictures in them ({', '.join(SUFFIXES)})"
        )
    pictures = _list(home)
    images = np.empty((len(pictures), SIZE_PX, SIZE_PX, 3), np.uint8)
    for i, picture in enumerate(tqdm(pictures, desc="reading pictures", unit="", leave=False, disable=None)):
        images[i] = _read(picture.path)
    return FaceDataset(
        name="own",
        images=images,
        labels=np.array([picture.label for picture in pictures], np.int64),
        split=np.full(len(pictures), NO_SPLIT),
        rows=np.arange(len(pictures), dtype=np.int64),
        expressions=labels.EXPRESSIONS,
        terms=TERMS,
    )


def read_mapping(path: Path) -> dict[str, str | None]:
    """Read a label-mapping file: folder name -> expression, or None for a folder to leave out.

    Raises:
        DataError: if it is not a JSON object of names, or maps to something that is no expression.
    """
    example = 'write {"joy": "happy", "blurred": null}, for example'
    try:
        mapping = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is not JSON ({error}); {example}") from None
    if not isinstance(mapping, dict):
        raise DataError(f"{path} holds a {type(mapping).__name__} instead of an object; {example}")
    if wrong := [name for name, to in mapping.items() if to is not None and to not in labels.EXPRESSIONS]:
        raise DataError(
            f"{path} maps {wrong[0]!r} to {mapping[wrong[0]]!r}, which is no expression; "
            f"choose one of {', '.join(labels.EXPRESSIONS)}, or null to leave the folder out"
        )
    return mapping


def _list(home: Path) -> list[Picture]:
    mapping = read_mapping(home / MAPPING) if (home / MAPPING).is_file() else None
    folders = [one for one in sorted(home.iterdir()) if one.is_dir() and not one.name.startswith(".")]
    if mapping is not None and (absent := sorted(set(mapping) - {one.name for one in folders})):
        raise DataError(f"{home / MAPPING} maps {absent[0]!r}, but {home} has no such folder; correct the name")
    shown = {one: _expression(one, mapping) for one in folders}
    pictures = [
        Picture(path, NO_SPLIT, labels.EXPRESSIONS.index(expression))
        for class_folder, expression in shown.items()
        if expression is not None
        for path in sorted(class_folder.iterdir())
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]
    if not pictures:
        raise DataError(
            f"{home} has no pictures to use; it should hold one folder per expression with {', '.join(SUFFIXES)} files"
        )
    return pictures


def _expression(class_folder: Path, mapping: dict[str, str | None] | None) -> str | None:
    if mapping is not None and class_folder.name in mapping:
        return mapping[class_folder.name]
    try:
        return labels.canonical(class_folder.name)
    except KeyError:
        raise DataError(
            f"{class_folder} is not named after an expression; rename it, or say what it shows in "
            f'{class_folder.parent / MAPPING}, as in {{{json.dumps(class_folder.name)}: "happy"}} (null leaves it out)'
        ) from None


def _read(path: Path) -> np.ndarray:
    try:
        photo = photos.open_photo(path.read_bytes())
    except PhotoError as error:
        raise DataError(f"{path} cannot be used: {error}") from None
    square = Image.fromarray(pad_to_square(np.asarray(photo.image)))
    return np.asarray(square.resize((SIZE_PX, SIZE_PX), RESAMPLE))


INFO = DatasetInfo(
    name="own",
    title="Your own pictures",
    expressions=labels.EXPRESSIONS,
    terms=TERMS,
    train_split=None,
    validation_split=None,
    test_split=None,
    opener=open_own,
)
