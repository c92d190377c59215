"""Defaults of the paired tests."""

from __future__ import annotations

from collections.abc import Container, Sequence

from dashboard.store.ranking import rankable
from dashboard.store.training_groups import best_per_network, largest_alike
from dashboard.views.checkpoints import CheckpointView
from fer_core.checkpoints.default_selection import PAPERS

MOST_AT_ONCE = 8  # checkpoints that a page of pairs opens with; more can be added


def first_comparison(rows: Sequence[CheckpointView]) -> list[str]:
    """Return what is compared by default: networks that were trained alike, or else one training a network."""
    own = rankable([row for row in rows if row.data == rows[0].data]).rows
    alike = largest_alike(own) if own else []
    return most_promising(alike if len(alike) > 1 else best_per_network(own), PAPERS)


def most_promising(rows: Sequence[CheckpointView], first: Container[str]) -> list[str]:
    """Return at most eight of these: the networks named `first`, then those best on validation faces; the test faces
    are for the tests.
    """
    best = sorted(rows, key=lambda row: (row.network.name not in first, -(row.validation_accuracy or 0)))
    return [row.name for row in best[:MOST_AT_ONCE]]
