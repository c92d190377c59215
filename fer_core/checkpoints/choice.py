"""Which checkpoints are looked at where nobody chose. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fer_core.cards import Card

PAPERS = ("i_mobilenet_v2", "a_mobilenet", "lightexnet")  # the networks that this project is about


@dataclass(frozen=True)
class Candidate:
    """What the choice depends on; `accuracy` on `split` is 0..1, None where it is not defined."""

    name: str
    network: str
    data: str
    split: str
    accuracy: float | None
    has_weights: bool


def candidate(card: Card) -> Candidate:
    """Return a checkpoint as a candidate, by its headline split."""
    split = card.headline_split
    accuracy = card.scores[split]["accuracy"]["value"]
    return Candidate(card.name, card.network["name"], card.data["name"], split, accuracy, card.weights is not None)


def first_choice(rows: Sequence[Candidate]) -> list[str]:
    """Return what is looked at first: the best checkpoint of each of the papers' networks on the split that most were
    scored on, else the first three; those whose weights are not shipped come last."""
    common = Counter((row.data, row.split) for row in rows).most_common(1)
    best = sorted(
        rows, key=lambda row: (not row.has_weights, (row.data, row.split) != common[0][0], -(row.accuracy or 0))
    )
    papers: dict[str, str] = {}
    for row in best:
        papers.setdefault(row.network, row.name)
    return [papers[name] for name in PAPERS if name in papers] or [row.name for row in best[:3]]
