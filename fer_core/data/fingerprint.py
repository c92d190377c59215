"""Hashes of a data set's faces, labels and rows: whether two openings gave the same, and if not, what differs.

    {"Training": {"n": 28709, "rows": sha256, "labels": sha256, "pixels": sha256, "votes": sha256 or None}, ...}

A run records it and resumes with nothing else; a card carries it, so that a score belongs to known faces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fer_core.data.dataset import FaceDataset

CHUNK = 1024  # pictures hashed at a time: a whole split is never copied
PARTS = ("rows", "labels", "pixels", "votes")

Fingerprint = Mapping[str, Mapping[str, Any]]


def fingerprint(dataset: FaceDataset, splits: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return the hashes of each of these splits that has rows, by its name; None stands for all."""
    wanted = dataset.splits if splits is None else [split for split in dataset.splits if split in splits]
    return {split: _of_rows(dataset, np.flatnonzero(dataset.split == split)) for split in wanted}


def digest(dataset: FaceDataset) -> str:
    """Return one SHA-256 over all rows of a set or a part of one, in their order, whatever their splits are called."""
    return hashlib.sha256(str(describe(dataset)).encode()).hexdigest()


def describe(dataset: FaceDataset) -> dict[str, Any]:
    """Return the hashes of all rows of a set or a part of one, whatever their splits are called."""
    return _of_rows(dataset, np.arange(len(dataset)))


def differences(stored: Fingerprint, now: Fingerprint, splits: Collection[str]) -> list[str]:
    """Return what differs in the splits named, a few words for each: "the labels of Training"; [] if nothing does."""
    return [difference for split in splits for difference in _differences(split, stored.get(split), now.get(split))]


def _differences(split: str, stored: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> list[str]:
    if stored is None or now is None:
        return [] if stored is now else [f"{split}, which is {'new' if stored is None else 'gone'}"]
    if stored["n"] != now["n"]:
        return [f"{split}, which had {stored['n']:,} faces and has {now['n']:,}"]
    return [f"the {part} of {split}" for part in PARTS if stored[part] != now[part]]


def _of_rows(dataset: FaceDataset, rows: np.ndarray) -> dict[str, Any]:
    return {
        "n": len(rows),
        "rows": rows_sha256(dataset.rows[rows]),
        "labels": labels_sha256(dataset.labels[rows], dataset.expressions),
        "pixels": _sha256(dataset.images[rows[i : i + CHUNK]] for i in range(0, len(rows), CHUNK)),
        "votes": None if dataset.votes is None else _sha256([dataset.votes[rows].astype("<f4")]),
    }


def rows_sha256(rows: np.ndarray) -> str:
    """Return the hash of places (N,) in the data set, in their order."""
    return _sha256([rows.astype("<i8")])


def labels_sha256(labels: np.ndarray, expressions: Sequence[str]) -> str:
    """Return the hash of labels (N,) by name: the same faces under another order of expressions are other labels."""
    return hashlib.sha256("\n".join([*expressions, *np.array(expressions)[labels]]).encode()).hexdigest()


def _sha256(arrays: Iterable[np.ndarray]) -> str:
    sha256 = hashlib.sha256()
    for array in arrays:
        sha256.update(f"{array.shape[1:]}\n".encode() + np.ascontiguousarray(array).tobytes())
    return sha256.hexdigest()
