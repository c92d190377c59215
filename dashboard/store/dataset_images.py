"""Faces of a research data set, where it is on this machine. Read into memory, shown, and never written anywhere."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from fer_core import data
from fer_core.errors import DataError, FerError
from fer_core.paths import PROJECT, data_root


@dataclass(frozen=True, eq=False)
class DatasetImages:
    """Faces of a set's validation and test splits, or all of a set without splits.

    rows (N,) ascending, labels (N,) and pictures (N, H, W[, 3]).
    """

    title: str
    expressions: tuple[str, ...]
    rows: np.ndarray
    labels: np.ndarray
    images: np.ndarray


def has_images(name: str) -> bool:
    """Whether the faces of a data set can be shown on this machine."""
    return _dataset_images(name, data_root(PROJECT)) is not None


def rows_here(name: str) -> tuple[int, int]:
    """Return the first and the last row of a data set that is here (see `has_images`)."""
    album = _album(name)
    return int(album.rows[0]), int(album.rows[-1])


def dataset_image(name: str, row: int) -> bytes:
    """Return one face as a PNG file, in its own size: a photo like any other.

    Raises:
        DataError: if the set is not here or has no such row in its validation and test splits.
    """
    album, place = _place_of_row(name, row)
    return as_png(album.images[place])


def label_of(name: str, row: int) -> str:
    """Return the expression that a data set says one of its faces shows; DataError as for `dataset_image`."""
    album, place = _place_of_row(name, row)
    return album.expressions[album.labels[place]]


def _album(name: str) -> DatasetImages:
    album = _dataset_images(name, data_root(PROJECT))
    if album is None:
        raise DataError(f"the pictures of {name} do not lie in {data_root(PROJECT).name}/ on this machine")
    return album


def _place_of_row(name: str, row: int) -> tuple[DatasetImages, int]:
    album = _album(name)
    place = int(np.searchsorted(album.rows, row))
    if place == len(album.rows) or album.rows[place] != row:
        raise DataError(
            f"row {row:,} of {album.title} is not in its validation or test split; they hold rows "
            f"{album.rows[0]:,} to {album.rows[-1]:,}"
        )
    return album, place


def dataset_images(name: str, rows: np.ndarray, labels: np.ndarray, expressions: tuple[str, ...]) -> list[bytes] | None:
    """Return the faces at `rows` as PNG files, or None where the set is not here.

    Also None if it is here in another edition, whose rows do not show what the `labels` (N,) say.
    """
    album = _dataset_images(name, data_root(PROJECT))
    if album is None or album.expressions != expressions or not np.isin(rows, album.rows).all():
        return None
    places = np.searchsorted(album.rows, rows)
    if not np.array_equal(album.labels[places], labels):
        return None
    return [as_png(image) for image in album.images[places]]


def as_png(image: np.ndarray) -> bytes:
    """Return a picture (H, W[, 3]) uint8 as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    return file.getvalue()


@lru_cache(maxsize=4)
def _dataset_images(name: str, root: Path) -> DatasetImages | None:
    try:
        info, faces = data.DATASETS[name], data.open_dataset(name, root)
        scored = [split for split in (info.validation_split, info.test_split) if split]
        splits = scored if info.test_split else list(faces.splits)
        held = faces.take(np.flatnonzero(np.isin(faces.split, splits)))
    except (FerError, KeyError):  # not here, damaged, or a set of somebody else: pictures are an extra
        return None
    order = np.argsort(held.rows, kind="stable")
    if not len(order):
        return None
    return DatasetImages(info.title, held.expressions, held.rows[order], held.labels[order], held.images[order])
