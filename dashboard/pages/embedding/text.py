"""How networks gather faces, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pages.embedding.views import SpreadView


def compactness_summary(found: Sequence[SpreadView]) -> str:
    """Say who gathers an expression's faces most tightly, and if the next one differs. `found` is tidiest first."""
    if not found:
        return "No features are stored yet: `fer embed --all` writes them; it needs the data set."
    best = found[0]
    opening = (
        f"**{best.checkpoint.network.title}** gathers each expression most tightly: a face lies {best.ratio.value:.2f} "
        f"times as far from its expression's center as two centers lie apart"
    )
    if len(found) == 1:
        return f"{opening}; there is nothing to compare it with yet."
    other = found[1]
    if other.ratio.low <= best.ratio.high:
        return f"{opening}; {other.checkpoint.network.title} cannot be told from it ({other.ratio.value:.2f})."
    return f"{opening}; the next is {other.checkpoint.network.title} with {other.ratio.value:.2f}."
