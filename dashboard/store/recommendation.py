"""Which network to take. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.store.checkpoints import card_of
from dashboard.store.public_networks import public_network
from dashboard.store.ranking import rankable
from dashboard.store.training_groups import one_per_network
from dashboard.views.checkpoints import CheckpointView
from fer_core.evidence.peers import THEIRS

SMALL = 1_000_000  # parameters


def placed_on(rows: Sequence[CheckpointView], data: str) -> list[CheckpointView]:
    """Return of each network the training that validation prefers, on one data set and split, most accurate first."""
    placed = one_per_network(rankable([row for row in rows if row.data == data]).rows)
    return sorted(placed, key=lambda row: -row.accuracy.value if row.accuracy else 0.0)


def recommended(placed: Sequence[CheckpointView]) -> tuple[CheckpointView | None, CheckpointView]:
    """Return the best on validation faces among those of at most SMALL parameters, None without any, and of all.

    Args:
        placed: as `placed_on` gives them, at least one; their scores on test faces have no say.
    """
    preferred = by_validation(placed)
    return next((row for row in preferred if row.params <= SMALL), None), preferred[0]


def validated(row: CheckpointView) -> float | None:
    """Return the accuracy on validation faces; of a public network's shipped row what was counted on the same faces.

    Such a row ships its answers to test faces only. None where nothing is known.
    """
    if row.validation_accuracy is not None or row.tag != THEIRS:
        return row.validation_accuracy
    entry = public_network(row.network.name)
    measured = entry.measured if entry else None
    score = measured and measured.theirs.score(row.data, card_of(row.name).data.validation_split)
    return score.k / score.n if score else None


def by_validation(placed: Sequence[CheckpointView]) -> list[CheckpointView]:
    """Return networks as validation faces prefer them, the best first."""
    return sorted(placed, key=lambda row: -(row.validation_accuracy or 0.0))
