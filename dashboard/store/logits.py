"""Stored logits of checkpoints, read once and kept in the order of the data set's rows. No torch, no data set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fer_core.checkpoints import StoredLogits, load_logits
from fer_core.checkpoints.card import Card, read_card
from fer_core.errors import DataError
from fer_core.evaluation import Estimate


@dataclass(frozen=True)
class SplitLogits:
    """A checkpoint's answers to a split; the hash of its logits makes changed logits a new question to the caches."""

    folder: str
    split: str
    sha256: str


def split_logits(card: Card, split: str | None = None) -> SplitLogits:
    """Return a checkpoint's answers to a split, by default the one its card stands for.

    Raises:
        DataError: if the split was never evaluated.
    """
    split = split or card.headline_split
    if split not in card.logits:
        raise DataError(
            f"{card.name} has no answers to {split}, only to {', '.join(card.logits) or 'no split'}; run "
            f"fer evaluate on it"
        )
    return SplitLogits(str(card.folder), split, card.logits[split].sha256)


@lru_cache(maxsize=256)
def logits_of(split: SplitLogits) -> StoredLogits:
    """Return stored logits in the order of the data set's rows. Raises CheckpointError if they are damaged."""
    stored = load_logits(read_card(split.folder), split.split)
    return stored.take(np.argsort(stored.rows, kind="stable"))


def people_of(*sides: SplitLogits) -> np.ndarray | None:
    """Return who is on each face, int (N,), of sides that answer to the same faces; None where faces count singly."""
    return next((stored.clusters for stored in map(logits_of, sides) if stored.clusters is not None), None)


@lru_cache(maxsize=256)
def subjects_on(split: SplitLogits) -> int | None:
    """Return how many people the faces show; None where faces count singly. Raises CheckpointError if damaged."""
    people = people_of(split)
    return None if people is None else len(np.unique(people))


def with_ends(estimate: Estimate) -> Estimate | None:
    """Return an estimate with both ends, which lie at the value where it has none; None where nothing is known."""
    if estimate.value is None:
        return None
    return Estimate(estimate.value, *(estimate.value if end is None else end for end in (estimate.low, estimate.high)))
