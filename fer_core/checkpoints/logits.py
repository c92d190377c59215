"""The answers of a network to every row of a split, stored so that any score can be had again. No torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from fer_core.card_schema import check_split
from fer_core.cards import write_file
from fer_core.errors import CheckpointError

# One header entry, because several would be written in changing order and change the file's hash.
HEADER = "expressions"

TENSORS = {"logits": (np.float32, 2), "labels": (np.int64, 1), "rows": (np.int64, 1)}


@dataclass(frozen=True, eq=False)
class StoredLogits:
    """A split's answers: logits (N, K) float32, labels (N,) int64 and rows (N,) int64, the index in the data set."""

    logits: np.ndarray
    labels: np.ndarray
    rows: np.ndarray


def logits_path(folder: Path | str, split: str) -> Path:
    """Return where a split's logits lie; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"logits-{split}.safetensors"


def save_logits(folder: Path | str, split: str, stored: StoredLogits, expressions: Sequence[str]) -> Path:
    """Write a split's logits and the order of their columns, whole or not at all; returns the file.

    Raises:
        CheckpointError: if the arrays do not fit each other or the file cannot be written.
    """
    n = len(stored.labels)
    shapes = {name: np.shape(getattr(stored, name)) for name in TENSORS}
    if shapes != {"logits": (n, len(expressions)), "labels": (n,), "rows": (n,)}:
        raise CheckpointError(
            f"logits of {split} have the shapes {shapes}; with {len(expressions)} expressions "
            f"they must be (N, {len(expressions)}), (N,) and (N,)"
        )
    arrays = {name: np.ascontiguousarray(getattr(stored, name), kind) for name, (kind, _) in TENSORS.items()}
    path = logits_path(folder, split)
    write_file(path, to_bytes(arrays, metadata={HEADER: json.dumps(list(expressions))}))
    return path


def load_logits(folder: Path | str, split: str) -> StoredLogits:
    """Read a split's logits.

    Raises:
        CheckpointError: if they are missing, damaged or hold something else.
    """
    path = logits_path(folder, split)
    try:
        with _opened(path) as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except SafetensorError as error:
        raise _damaged(path, error) from error
    kinds = {name: (array.dtype.type, array.ndim) for name, array in arrays.items()}
    if kinds != TENSORS or len({len(array) for array in arrays.values()}) != 1:
        raise CheckpointError(f"{path} holds {sorted(arrays)}, not a split's logits, labels and rows; restore the file")
    return StoredLogits(**arrays)


def stored_expressions(folder: Path | str, split: str) -> list[str]:
    """Return the expressions in the order of the logits' columns, as the file itself says."""
    path = logits_path(folder, split)
    try:
        with _opened(path) as file:
            return json.loads((file.metadata() or {}).get(HEADER, "[]"))
    except SafetensorError as error:
        raise _damaged(path, error) from error


def _opened(path: Path) -> safe_open:
    if not path.is_file():
        there = sorted(
            one.name[len("logits-") : -len(".safetensors")] for one in path.parent.glob("logits-*.safetensors")
        )
        raise CheckpointError(f"{path} is missing; splits with logits here: {', '.join(there) or 'none'}")
    return safe_open(path, framework="numpy")


def _damaged(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(f"{path} is not a whole safetensors file ({error}); restore it or evaluate again")
