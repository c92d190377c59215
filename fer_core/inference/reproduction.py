"""Whether scoring a split again reproduces what is stored: the same faces, labels and logits. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.checkpoints import StoredLogits

TOLERANCE = 1e-3  # of a recomputed logit, absolute and relative


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` returns: accuracy now, and before if the split was scored already.

    Attributes:
        split, n: what was scored, and how many faces.
        accuracy, stored_accuracy: 0..1; the second is None the first time.
        largest_difference: of any logit, now against stored; None where there is nothing to compare.
        differences: a few words for each way in which the split and its answers differ from what is stored.
    """

    split: str
    n: int
    accuracy: float
    stored_accuracy: float | None = None
    largest_difference: float | None = None
    differences: tuple[str, ...] = ()

    @property
    def is_reproduced(self) -> bool:
        """Whether faces, labels and logits were reproduced (also true if none were stored)."""
        return not self.differences


def accuracy(stored: StoredLogits) -> float:
    """The share of right answers, 0..1."""
    return float((stored.logits.argmax(1) == stored.labels).mean())


def largest_difference(before: StoredLogits, now: StoredLogits) -> float | None:
    """Return the largest difference of any logit; None if the numbers of faces differ."""
    if before.logits.shape != now.logits.shape:
        return None
    return float(np.abs(before.logits - now.logits).max())


def answer_differences(before: StoredLogits, now: StoredLogits) -> list[str]:
    """Return how answers differ from those stored, a few words each; [] if they are the same up to rounding.

    Other machines sum in another order, which changes logits by about 1e-5: `TOLERANCE` is a hundred times that.
    """
    if not np.array_equal(before.rows, now.rows):
        return [f"the faces: {len(before.rows):,} rows are stored, and these {len(now.rows):,} are others"]
    changes = []
    if labels := int((before.labels != now.labels).sum()):
        changes.append(f"the labels of {labels:,} faces")
    is_far = ~np.isclose(now.logits, before.logits, rtol=TOLERANCE, atol=TOLERANCE).all(axis=1)
    if is_far.any():
        changes.append(f"the logits of {int(is_far.sum()):,} faces, by up to {largest_difference(before, now):.2g}")
    if answers := int((before.logits.argmax(1) != now.logits.argmax(1)).sum()):
        changes.append(f"the answers to {answers:,} faces")
    return changes
