"""Whether a split that is scored again gives what is stored: the same faces, labels and logits. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.checkpoints import StoredLogits

TOLERANCE = 1e-3  # of a logit that is computed again, absolute and relative


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found: accuracy now, and before if the split was scored already.

    Attributes:
        split, n: what was scored, and how many faces.
        accuracy, stored_accuracy: 0..1; the second is None the first time.
        largest_difference: of any logit, now against stored; None where there is nothing to compare.
        differences: a few words for everything in which the split and its answers are not those that are stored.
    """

    split: str
    n: int
    accuracy: float
    stored_accuracy: float | None = None
    largest_difference: float | None = None
    differences: tuple[str, ...] = ()

    @property
    def is_reproduced(self) -> bool:
        """Whether faces, labels and logits came out again (true also if there were none)."""
        return not self.differences


def accuracy(stored: StoredLogits) -> float:
    """The share of right answers, 0..1."""
    return float((stored.logits.argmax(1) == stored.labels).mean())


def largest_difference(before: StoredLogits, now: StoredLogits) -> float | None:
    """The largest difference of two logits of one face; None if the faces are not the same number."""
    if before.logits.shape != now.logits.shape:
        return None
    return float(np.abs(before.logits - now.logits).max())


def answer_differences(before: StoredLogits, now: StoredLogits) -> list[str]:
    """In what answers differ from those that are stored, a few words each; [] if they are the same but for rounding.

    Another machine adds up in another order, which moves logits by about 1e-5: `TOLERANCE` is a hundred times that.
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
