"""Which checkpoints are looked at by default. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fer_core.checkpoints.card import Card

PAPERS = ("i_mobilenet_v2", "a_mobilenet", "lightexnet")  # the networks that this project is about


@dataclass(frozen=True)
class Candidate:
    """What the choice depends on: the split that was scored, and the accuracy on validation faces, 0..1 or None.

    The test split has no say: picked by it, the best of several trainings would look better than it is.
    """

    name: str
    network: str
    data: str
    split: str
    validation_accuracy: float | None
    has_weights: bool


def candidate(card: Card) -> Candidate:
    """Return a checkpoint as a candidate."""
    network, data, has_weights = card.network.name, card.data.name, card.weights is not None
    return Candidate(card.name, network, data, card.headline_split, card.validation_accuracy, has_weights)


def default_selection(rows: Sequence[Candidate]) -> list[str]:
    """Return what is looked at first: the best checkpoint of each of the papers' networks on the split that most were
    scored on, else the first three; those whose weights are not shipped come last.
    """
    common = Counter((row.data, row.split) for row in rows).most_common(1)

    def later(row: Candidate) -> tuple[bool, bool, float]:
        return not row.has_weights, (row.data, row.split) != common[0][0], -(row.validation_accuracy or 0)

    best = sorted(rows, key=later)
    papers: dict[str, str] = {}
    for row in best:
        papers.setdefault(row.network, row.name)
    return [papers[name] for name in PAPERS if name in papers] or [row.name for row in best[:3]]
