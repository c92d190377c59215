"""Accuracy against cost: what no other beats."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.views.checkpoints import CheckpointView


def pareto_front(rows: Sequence[CheckpointView], cost: str) -> list[CheckpointView]:
    """Return the rows that no other beats in accuracy without costing more, cheapest first.

    Args:
        cost: "macs" or "params".
    """
    found: list[CheckpointView] = []
    for row in sorted(rows, key=lambda row: (getattr(row, cost), -row.accuracy.value)):
        if not found or row.accuracy.value > found[-1].accuracy.value:
            found.append(row)
    return found
