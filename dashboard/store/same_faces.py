"""Who was asked about the same faces under the same labels: only those can be ranked or paired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

import numpy as np

from dashboard.formatting import count
from dashboard.store.checkpoints import card_of
from dashboard.store.logits import SplitLogits, logits_of, split_logits
from fer_core.errors import FerError

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Faces:
    """What was answered: `n` faces of a split, and digests of their row numbers and of their labels."""

    split: str
    n: int
    rows: str
    labels: str

    @classmethod
    def of(cls, split: str, rows: np.ndarray, labels: np.ndarray) -> Faces:
        """Return the faces of a split with these rows (N,), in any order, and their labels (N,)."""
        order = np.argsort(rows, kind="stable")
        digests = (sha256(np.asarray(part, dtype=np.int64)[order].tobytes()).hexdigest() for part in (rows, labels))
        return cls(split, len(rows), *digests)


@lru_cache(maxsize=256)
def faces_of(split: SplitLogits) -> Faces:
    """Return what a checkpoint's stored logits answer. Raises CheckpointError if they are damaged."""
    stored = logits_of(split)
    return Faces.of(split.split, stored.rows, stored.labels)


def known_faces(name: str) -> Faces | None:
    """Return what a checkpoint was scored on; None where its answers cannot be read, which is said where they are asked
    for.
    """
    try:
        return faces_of(split_logits(card_of(name)))
    except FerError:
        return None


def apart(one: Faces, other: Faces) -> str:
    """Say how faces differ from others of the same data set; "" where they do not."""
    if one.split != other.split or one.n != other.n:
        return f"{count(one.n)} faces of {one.split}, not {count(other.n)} of {other.split}"
    if one.rows != other.rows:
        return f"{count(one.n)} other faces of {one.split}"
    return f"the same faces of {one.split}, but under other labels" if one.labels != other.labels else ""


def largest_group(keys: Mapping[str, Key]) -> Key:
    """Return the key that most names share; of equally large groups that of the first name in alphabetical order.

    Never by what is compared: one stray checkpoint with the highest score must not decide who else is left out.
    """
    sizes = Counter(keys.values())
    return keys[min(keys, key=lambda name: (-sizes[keys[name]], name))]
