"""How compactly networks group faces, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.pages.embedding.views import SpreadView

if TYPE_CHECKING:
    from fer_core.evaluation.intervals import Estimate


def compactness_summary(spreads: Sequence[SpreadView]) -> str:
    """Say how far apart the networks lie; `spreads` are tidiest first.

    No network is ranked before another: each interval is a network's own, and nothing tests a difference of ratios.
    """
    if not spreads:
        return "Not measured yet. Run `fer embed --all` where the data are."
    ends = [
        f"{ratio_words(view.spread.ratio)} (**{view.checkpoint.network.title}**)" for view in (spreads[0], spreads[-1])
    ]
    span = ends[0] if len(spreads) == 1 else " to ".join(ends)
    unranked = "" if len(spreads) == 1 else " Each interval is a network's own: neighbours are not ranked."
    return f"Distance within an expression over distance between expressions: {span}; lower is tighter.{unranked}"


def ratio_words(ratio: Estimate) -> str:
    """Return a ratio with its interval, as 0.61 [0.58, 0.64]."""
    value, low, high = ratio.numbers()
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"
