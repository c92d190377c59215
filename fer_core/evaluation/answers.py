"""Networks' answers to the same faces, one training per seed, ready for pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from fer_core.errors import DataError


class StoredAnswers(Protocol):
    """What `Answers.of` reads of one seed; `checkpoints.StoredLogits` is one."""

    @property
    def logits(self) -> np.ndarray:
        """(N, K)."""

    @property
    def labels(self) -> np.ndarray:
        """(N,), places in the expressions."""

    @property
    def rows(self) -> np.ndarray:
        """(N,), of the data set."""

    @property
    def clusters(self) -> np.ndarray | None:
        """(N,), the person on each face; None where unknown."""


@dataclass(frozen=True, eq=False)
class Answers:
    """A network's answers to a split, one training per seed.

    Attributes:
        name: as in the question.
        labels, rows: true classes and indices into the data set, both int (N,).
        predicted: classes (S, N), one row per seed.
        clusters: the person on each face (N,); None where faces count singly.
    """

    name: str
    labels: np.ndarray
    rows: np.ndarray
    predicted: np.ndarray
    clusters: np.ndarray | None = None

    @classmethod
    def of(cls, name: str, seeds: Sequence[StoredAnswers]) -> Answers:
        """Gather the stored answers of all seeds. Raises DataError if there is none, or they are of different faces."""
        if not seeds:
            raise DataError(f"{name} has no stored answers; score it first")
        alone = [
            cls(name, stored.labels, stored.rows, stored.logits.argmax(axis=1)[None], stored.clusters)
            for stored in seeds
        ]
        for answers in alone[1:]:
            check_same_faces(alone[0], answers)
        return replace(alone[0], predicted=np.concatenate([answers.predicted for answers in alone]))

    @property
    def seeds(self) -> int:
        """How many trainings answered."""
        return len(self.predicted)

    @property
    def is_right(self) -> np.ndarray:
        """Whether each seed is right on each face, bool (S, N)."""
        return self.predicted == self.labels


def check_same_faces(one: Answers, other: Answers) -> None:
    """Raise DataError unless both answer to the same faces of the same people in the same order, by the same labels."""
    pairs = [(getattr(one, key), getattr(other, key)) for key in ("rows", "labels", "clusters")]
    if not all((a is None) == (b is None) and np.array_equal(a, b) for a, b in pairs):
        raise DataError(
            f"{one.name} answers to {len(one.rows):,} faces and {other.name} to {len(other.rows):,}, or to others, or "
            "to otherwise labelled ones; only answers to the same faces can be paired"
        )
