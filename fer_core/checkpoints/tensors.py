"""Stored tensors, read in one way: a file's content is checked against what it must be before it is used.

A file that another program wrote, that is of another set or split, or that was damaged on purpose raises one sentence:
wrong names, types (bfloat16 among them), shapes, numbers that are none, labels of no expression. No torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from fer_core import files
from fer_core.checkpoints.card_schema import FileEntry
from fer_core.errors import CheckpointError

MAX_BYTES = 512 * 2**20
WHOLE = (np.uint8, np.uint16, np.uint32, np.uint64, np.int32, np.int64)  # as `narrow` and others store them
MAX_ROW = 10**8  # of a data set
LARGEST = 1e6  # of a logit or a feature


@dataclass(frozen=True)
class Column:
    """What one tensor must be.

    dtypes: those that it may have. shape: one axis each, a number or a letter; a letter is the same number everywhere.
    low, high: of its values, both included. is_unique: whether none may stand twice.
    """

    dtypes: tuple[type, ...]
    shape: tuple[int | str, ...]
    low: float = -LARGEST
    high: float = LARGEST
    is_unique: bool = False
    is_optional: bool = False


def rows_column(axis: str) -> Column:
    """Return the column of numbers of the data set's rows, each once."""
    return Column(WHOLE, (axis,), 0, MAX_ROW, is_unique=True)


def labels_column(axis: str, expressions: int) -> Column:
    """Return a column of expressions, true or predicted, as numbers."""
    return Column(WHOLE, (axis,), 0, expressions - 1)


def read_tensors(
    path: Path, remedy: str, recorded: FileEntry | None = None
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return a safetensors file's tensors and the texts of its header.

    Args:
        remedy: last words of an error; recorded: what a card says of the file, None if it says nothing.

    Raises:
        CheckpointError: if the file is missing, unreadable, damaged, not the recorded one, or holds types that numpy
            does not have (bfloat16).
    """
    try:
        if not path.is_file():
            raise CheckpointError(
                f"{path} is {'no file' if path.is_symlink() or path.exists() else 'missing'}; {remedy}"
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CheckpointError(f"{path} has {size:,} bytes, more than the {MAX_BYTES:,} that are read; {remedy}")
        if recorded and (size, files.sha256(path)) != (recorded.bytes, recorded.sha256):
            raise CheckpointError(f"{path} was changed after its card was written; {remedy}")
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}); {remedy}") from error
    except (SafetensorError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path} is not a whole safetensors file that numpy reads ({error}); {remedy}") from error


def header_json(header: Mapping[str, str], key: str) -> object:
    """Return the JSON value of one entry of a file's header. Raises ValueError if it is missing or no JSON."""
    if key not in header:
        raise ValueError(f"its header lacks {key}")
    return files.parse_json(header[key])


def check_tensors(arrays: Mapping[str, np.ndarray], wanted: Mapping[str, Column], **sizes: int) -> None:
    """Compare tensors with what they must be.

    Args:
        sizes: lengths of axes that are known beforehand, by letter.

    Raises:
        ValueError: says what does not fit, the first such thing.
    """
    needed = [name for name, column in wanted.items() if not column.is_optional]
    if (missing := sorted(set(needed) - set(arrays))) or (foreign := sorted(set(arrays) - set(wanted))):
        raise ValueError(f"it lacks {missing[0]}" if missing else f"it holds {foreign[0]!r}")
    known: dict[int | str, int] = {**{name: size for name, size in sizes.items()}}
    for name, column in wanted.items():
        if name in arrays:
            _check_column(name, arrays[name], column, known)


def _check_column(name: str, array: np.ndarray, column: Column, known: dict[int | str, int]) -> None:
    if array.dtype.type not in column.dtypes:
        raise ValueError(f"{name} is {array.dtype}, not {' or '.join(dtype.__name__ for dtype in column.dtypes)}")
    if array.ndim == len(column.shape):
        for axis, length in zip(column.shape, array.shape, strict=True):
            known.setdefault(axis, length)
    shape = tuple(axis if isinstance(axis, int) else known.get(axis) for axis in column.shape)
    if array.shape != shape or array.size == 0:
        expected = " x ".join(str(known.get(axis, axis)) for axis in column.shape)
        raise ValueError(f"{name} has the shape {array.shape}, not {expected}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are no numbers")
    least, most = array.min().item(), array.max().item()
    if least < column.low or most > column.high:
        raise ValueError(f"{name} reaches from {least} to {most}, beyond {column.low:g} to {column.high:g}")
    if column.is_unique and len(np.unique(array)) != array.size:
        raise ValueError(f"{name} holds a row of the data set twice")


def dumped(value: object) -> str:
    """Return JSON for a header: keys in one order, so that the same content has the same hash."""
    return json.dumps(value, sort_keys=True, allow_nan=False)
