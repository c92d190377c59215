"""What the paired tests open with."""

from __future__ import annotations

from collections.abc import Container, Sequence

from dashboard.store.ranking import rankable
from dashboard.store.training_groups import best_per_network
from dashboard.views.checkpoints import CheckpointView
from fer_core.checkpoints.default_selection import PAPERS

MOST_AT_ONCE = 8  # checkpoints that a page of pairs opens with; more can be added


def first_comparison(rows: Sequence[CheckpointView]) -> list[str]:
    """Return the checkpoints that are compared where nobody chose: one a network, the papers' among them."""
    return comparable(best_per_network(rows), PAPERS)


def comparable(rows: Sequence[CheckpointView], first: Container[str]) -> list[str]:
    """Return checkpoints of one data set and split, at most eight.

    The networks named `first` are among them, then those best on validation faces; the test faces are for the tests.
    """
    placed = rankable([row for row in rows if row.data == rows[0].data]).rows
    best = sorted(placed, key=lambda row: (row.network.name not in first, -(row.validation_accuracy or 0)))
    return [row.name for row in best[:MOST_AT_ONCE]]
