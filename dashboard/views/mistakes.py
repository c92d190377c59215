"""What a network confuses most, and the sentence about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import estimate, percent

if TYPE_CHECKING:
    from dashboard.views.checkpoints import MatrixView


def commonest_mistake(matrix: MatrixView) -> tuple[int, int]:
    """Return the cell (row, column) off the diagonal with the largest share of its row."""
    shares, k = matrix.shares("rows"), range(len(matrix.expressions))
    return max(((i, j) for i in k for j in k if i != j), key=lambda cell: shares[cell[0]][cell[1]])


def confused(matrix: MatrixView) -> str:
    """Answer what one checkpoint confuses: its most frequent mistake as a share of the true expression's faces."""
    shares = matrix.shares("rows")
    i, j = commonest_mistake(matrix)
    known = [row for row in matrix.per_class if row.recall is not None]
    worst = min(known, key=lambda row: row.recall.value)
    true, predicted = matrix.expressions[i], matrix.expressions[j]
    return (
        f"**{matrix.checkpoint.network.title}** most often takes {true} for {predicted}: {percent(shares[i][j], 0)} of "
        f"the {true} faces. It recognises {worst.expression} least often, {estimate(worst.recall)} of {worst.n:,}."
    )
