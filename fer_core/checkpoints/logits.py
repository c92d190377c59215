"""The answers of a network to every row of a split, stored so that any score can be had again. No torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from fer_core import files
from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.card_schema import check_split
from fer_core.checkpoints.compact_ints import narrow, widen
from fer_core.errors import CheckpointError
from fer_core.evaluation import Scores, score

# One header entry, because several would be written in changing order and change the file's hash.
HEADER = "expressions"

TENSORS = {"logits": (np.float32, 2), "labels": (np.int64, 1), "rows": (np.int64, 1)}
OPTIONAL = {"clusters": (np.int64, 1), "folds": (np.int64, 1)}


@dataclass(frozen=True, eq=False)
class StoredLogits:
    """A split's answers.

    Attributes:
        logits: float32 (N, K).
        labels: int64 (N,), the true expression.
        rows: int64 (N,), the index in the data set.
        clusters: int64 (N,), who is seen, as a number; None where faces count singly.
        folds: int64 (N,), of which fold the answering network is; None where one network answered all.
    """

    logits: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    clusters: np.ndarray | None = None
    folds: np.ndarray | None = None

    def take(self, positions: np.ndarray) -> StoredLogits:
        """Return the rows at `positions` (int (M,)), in that order."""
        columns = {one.name: getattr(self, one.name) for one in fields(self)}
        return StoredLogits(**{name: None if c is None else c[positions] for name, c in columns.items()})

    def score(self, expressions: Sequence[str]) -> Scores:
        """Return the scores; with intervals over whole clusters where faces do not count singly.

        Raises:
            DataError: if the arrays cannot be scored.
        """
        if self.clusters is None:
            return score(self.logits, self.labels, expressions)
        from fer_core.evaluation.clustered import score_clustered

        return score_clustered(self.logits, self.labels, expressions, self.clusters)


def logits_path(folder: Path | str, split: str) -> Path:
    """Return where a split's logits lie; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"logits-{split}.safetensors"


def save_logits(folder: Path | str, split: str, stored: StoredLogits, expressions: Sequence[str]) -> Path:
    """Write a split's logits and the order of their columns, whole or not at all; returns the file.

    Raises:
        CheckpointError: if the arrays do not fit each other or the file cannot be written.
    """
    n, known = len(stored.labels), {**TENSORS, **OPTIONAL}
    given = {name: getattr(stored, name) for name in known if getattr(stored, name) is not None}
    shapes = {name: np.shape(value) for name, value in given.items()}
    if any(shape != ((n, len(expressions)) if name == "logits" else (n,)) for name, shape in shapes.items()):
        raise CheckpointError(
            f"logits of {split} have the shapes {shapes}; with {len(expressions)} expressions "
            f"they must be (N, {len(expressions)}), and (N,) for all else"
        )
    arrays = {name: narrow(np.ascontiguousarray(value, known[name][0])) for name, value in given.items()}
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
    arrays = {name: widen(array) for name, array in arrays.items()}
    kinds = {name: (array.dtype.type, array.ndim) for name, array in arrays.items()}
    wanted = {**TENSORS, **{name: kind for name, kind in OPTIONAL.items() if name in arrays}}
    if kinds != wanted or len({len(array) for array in arrays.values()}) != 1:
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


def file_problems(card: Card, split: str, recorded: Mapping[str, Any], remedy: str) -> list[str]:
    """Return a sentence for everything in which a split's file is not the one that the card records.

    Args:
        recorded: the card's entry for the file; remedy: what to do about another file.

    Raises:
        CheckpointError: if the file is missing or damaged.
    """
    path = logits_path(card.folder or ".", split)
    rows, order = load_logits(path.parent, split).rows.tolist(), stored_expressions(path.parent, split)
    found = []
    if (files.sha256(path), path.stat().st_size) != (recorded["sha256"], recorded["bytes"]):
        found.append(f"{path.name} was changed after its card was written; {remedy}")
    if order != list(card.expressions):
        found.append(f"expressions are {list(card.expressions)}, {path.name} has its columns as {order}")
    if len(set(rows)) != len(rows):
        found.append(f"{path.name} holds a row of the data set twice")
    return found


def _opened(path: Path) -> safe_open:
    if not path.is_file():
        there = sorted(
            one.name[len("logits-") : -len(".safetensors")] for one in path.parent.glob("logits-*.safetensors")
        )
        raise CheckpointError(f"{path} is missing; splits with logits here: {', '.join(there) or 'none'}")
    return safe_open(path, framework="numpy")


def _damaged(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(f"{path} is not a whole safetensors file ({error}); restore it or evaluate again")
