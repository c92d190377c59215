"""Which network to take. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.store.ranking import rankable
from dashboard.store.training_groups import best_per_network
from dashboard.views.checkpoints import CheckpointView

SMALL = 1_000_000  # parameters


def placed_on(rows: Sequence[CheckpointView], data: str) -> list[CheckpointView]:
    """Return of each network the run that validation prefers, on one data set and split, most accurate first."""
    placed = best_per_network(rankable([row for row in rows if row.data == data]).rows)
    return sorted(placed, key=lambda row: -row.accuracy.value if row.accuracy else 0.0)


def recommended(placed: Sequence[CheckpointView]) -> tuple[CheckpointView | None, CheckpointView]:
    """Return the best on validation faces among those of at most SMALL parameters, None without any, and of all.

    Args:
        placed: as `placed_on` gives them, at least one; their scores on test faces have no say.
    """
    small = [row for row in placed if row.params <= SMALL]
    return max(small, key=_validated, default=None), max(placed, key=_validated)


def _validated(row: CheckpointView) -> float:
    return row.validation_accuracy or 0.0
