"""A network's logits for every row of a split, from which any score can be recomputed. No torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save as to_bytes

from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.card_schema import FileEntry, check_split
from fer_core.checkpoints.compact_ints import narrow, widen
from fer_core.checkpoints.tensors import (
    WHOLE,
    Column,
    check_tensors,
    header_json,
    labels_column,
    read_tensors,
    rows_column,
)
from fer_core.errors import CheckpointError
from fer_core.evaluation import Scores, score

# One header entry, because several would be written in changing order and change the file's hash.
HEADER = "expressions"

TYPES = {"logits": np.float32, "labels": np.int64, "rows": np.int64, "clusters": np.int64, "folds": np.int64}
MAX_CLUSTER, MAX_FOLD = 2**48, 1000  # a cluster of pictures without people is a picture's 48-bit hash


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
        columns: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return StoredLogits(**{name: c[positions] for name, c in columns.items() if c is not None})

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
    """Return the path of a split's logits; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"logits-{split}.safetensors"


def save_logits(folder: Path | str, split: str, stored: StoredLogits, expressions: Sequence[str]) -> Path:
    """Write a split's logits and the order of their columns, whole or not at all; returns the file.

    Raises:
        CheckpointError: if the arrays do not fit each other or the file cannot be written.
    """
    n = len(stored.labels)
    columns = {name: getattr(stored, name) for name in TYPES if getattr(stored, name) is not None}
    shapes = {name: np.shape(value) for name, value in columns.items()}
    if any(shape != ((n, len(expressions)) if name == "logits" else (n,)) for name, shape in shapes.items()):
        raise CheckpointError(
            f"logits of {split} have the shapes {shapes}; with {len(expressions)} expressions "
            f"they must be (N, {len(expressions)}), and (N,) for all else"
        )
    arrays = {name: narrow(np.ascontiguousarray(value, TYPES[name])) for name, value in columns.items()}
    path = logits_path(folder, split)
    write_file(path, to_bytes(arrays, metadata={HEADER: json.dumps(list(expressions))}))
    return path


def load_logits(card: Card, split: str) -> StoredLogits:
    """Read a split's logits, those kept for students, or a cross set's ("ckplus-All"), as the card records them.

    Raises:
        CheckpointError: if the card records none, or the file is missing, damaged, changed, or holds something else.
    """
    path = logits_path(card.folder or ".", split)
    crossed = card.cross_sets.get(split)
    if crossed:
        return read_logits(path, crossed.expressions, crossed.logits)
    return read_logits(path, card.expressions, recorded_file(card, split))


def recorded_file(card: Card, split: str) -> FileEntry:
    """Return what the card records of a split's logits. Raises CheckpointError if it records none."""
    if split in card.logits:
        return card.logits[split]
    if card.teacher_logits and card.teacher_logits.split == split:
        return card.teacher_logits
    raise CheckpointError(
        f"{card.name} has no logits of {split!r}, only of {', '.join(card.logits)}; run `fer evaluate {card.name} "
        f"--split {split}`"
    )


def read_logits(path: Path, expressions: Sequence[str], recorded: FileEntry | None = None) -> StoredLogits:
    """Read a file of logits whose columns are these expressions, in this order.

    Args:
        recorded: what a card says of the file; None where no card does.

    Raises:
        CheckpointError: if it is missing, damaged, not the recorded one, or holds something else.
    """
    remedy = "restore the file or evaluate again"
    arrays, header = read_tensors(path, remedy, recorded)
    try:
        order = header_json(header, HEADER)
        if order != list(expressions):
            raise ValueError(f"expressions are {list(expressions)}, it has its columns as {order}")
        check_tensors(arrays, _columns(len(expressions)), K=len(expressions))
    except ValueError as error:
        raise CheckpointError(f"{path} does not hold the logits of a split: {error}; {remedy}") from error
    return StoredLogits(**{name: widen(array) for name, array in arrays.items()})


def _columns(expressions: int) -> dict[str, Column]:
    return {
        "logits": Column((np.float32,), ("N", "K")),
        "labels": labels_column("N", expressions),
        "rows": rows_column("N"),
        "clusters": Column(WHOLE, ("N",), -MAX_CLUSTER, MAX_CLUSTER, is_optional=True),
        "folds": Column(WHOLE, ("N",), 0, MAX_FOLD, is_optional=True),
    }
