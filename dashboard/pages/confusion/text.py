"""What a network confuses, and where two differ, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.store.verdicts import sentence_on
from dashboard.views.checkpoints import told_apart

if TYPE_CHECKING:
    from dashboard.views.checkpoints import DifferenceView, MatrixView
    from dashboard.views.comparisons import PairView


def differs(pair: PairView, difference: DifferenceView) -> str:
    """Answer whether one of two checkpoints is more accurate, and in how many cells they differ."""
    first, second = (f"**{name}**" for name in told_apart([pair.one, pair.other]))
    distinct = sum(map(sum, difference.is_distinct))
    cells = {0: "in no cell is a difference shown", 1: "one cell differs"}.get(distinct, f"{distinct} cells differ")
    whole = sentence_on(pair, first, second)
    return f"{whole} Of the matrix, {cells} (all cells tested together)."


def differences_made(intervals: str) -> str:
    """Say how the differences of two networks' scores were made."""
    return (
        f"{intervals} of a paired bootstrap, each for itself: with seven expressions, one in three pairs of equal "
        "networks shows an interval without 0 somewhere."
    )


def view_words(view: str) -> str:
    """Name a view of a confusion matrix."""
    return {"rows": "% of rows", "columns": "% of columns", "counts": "Counts"}[view]


def curve_words(kind: str) -> str:
    """Name a kind of curve."""
    return {"pr": "Precision-recall", "roc": "ROC"}[kind]


def same_expressions(matrices: Sequence[MatrixView]) -> bool:
    """Whether matrices can stand in one chart."""
    return len({matrix.expressions for matrix in matrices}) == 1
