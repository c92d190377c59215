"""What a network confuses, and where two differ, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import IntervalLike, Span, points, points_span
from dashboard.views.checkpoints import told_apart

if TYPE_CHECKING:
    from dashboard.views.checkpoints import DifferenceView, MatrixView


def differs(difference: DifferenceView) -> str:
    """Answer where two checkpoints differ."""
    gap: IntervalLike = difference.accuracy
    one, other = told_apart([difference.one, difference.other])
    if gap.low <= 0 <= gap.high:
        whole = f"**{one}** and **{other}** cannot be told apart by accuracy"
    else:
        ahead, behind = (one, other)
        if gap.value < 0:
            ahead, behind, gap = other, one, Span(-gap.value, -gap.high, -gap.low)
        whole = f"**{ahead}** is more accurate than **{behind}**"
    distinct = sum(map(sum, difference.is_distinct))
    cells = {0: "no cell differs", 1: "one cell differs"}.get(distinct, f"{distinct} cells differ")
    return f"{whole}: {points(gap.value)}, interval {points_span(gap)}. Of the matrix, {cells} by more than chance."


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
