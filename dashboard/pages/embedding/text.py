"""How networks gather faces, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pages.embedding.views import SpreadView


def compactness_summary(found: Sequence[SpreadView]) -> str:
    """Say who gathers an expression's faces most tightly, and if the next one differs. `found` is tidiest first."""
    if not found:
        return "Not measured yet. Run `fer embed --all` where the data are."
    best, opening = found[0].spread.ratio, f"**{found[0].checkpoint.network.title}**"
    told = f"{opening}: faces of one expression sit closest together ({best.value:.2f}; lower is tighter)"
    if len(found) == 1:
        return f"{told}; there is nothing to compare it with yet."
    title, other = found[1].checkpoint.network.title, found[1].spread.ratio
    if other.low <= best.high:
        return f"{told}; not resolved against {title} ({other.value:.2f}; the intervals overlap)."
    return f"{told}; the next is {title} with {other.value:.2f}."
