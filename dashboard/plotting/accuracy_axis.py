"""Which stretch of accuracy a chart shows, and where a mark beyond it stands.

Networks that were trained here always lie on the axis, with their intervals and claims. One from elsewhere stretches it
only as far as Tukey's fences (Exploratory Data Analysis, 1977), 1.5 interquartile ranges beyond the quartiles of all
that are drawn: a single far one would squeeze all others together. What is beyond stands at the edge, as an arrow with
its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from dashboard.formatting import Span, percent

if TYPE_CHECKING:
    from dashboard.formatting import IntervalLike

FENCE = 1.5  # interquartile ranges
ROOM = 1.5  # points, beyond the outermost interval
INSET = 0.03  # of the axis, from its edge to an arrow
UP_OR_DOWN, LEFT_OR_RIGHT = ("triangle-down", "triangle-up"), ("triangle-left", "triangle-right")  # below, above
BEYOND = " Arrow at the edge: beyond the axis, with its number."


@dataclass(frozen=True)
class AccuracyAxis:
    """The ends of an axis of accuracy, in percent."""

    low: float
    high: float

    @classmethod
    def covering(
        cls, own: Sequence[IntervalLike], others: Sequence[IntervalLike], claims: Iterable[float] = ()
    ) -> AccuracyAxis:
        """Return the axis for shares 0..1, at least one of them.

        Args:
            own: of networks that were trained here; others: of networks from elsewhere.
            claims: numbers that are drawn beside them.
        """
        sure = [*own, *(Span(claimed, claimed, claimed) for claimed in claims)]
        low, high = _fences([interval.value for interval in (*own, *others)])
        if sure:
            low = min(low, *(interval.low for interval in sure))
            high = max(high, *(interval.high for interval in sure))
        shown = [*sure, *(interval for interval in others if low <= interval.value <= high)]
        ends = [100 * end for interval in shown for end in (interval.low, interval.high)]
        return cls(min(ends) - ROOM, max(ends) + ROOM)

    @property
    def ends(self) -> tuple[float, float]:
        """The range as Plotly takes it."""
        return self.low, self.high

    def is_beyond(self, share: float) -> bool:
        """Whether a share 0..1 lies off the axis."""
        return not self.low <= 100 * share <= self.high

    def place(self, share: float) -> float:
        """Return where a share 0..1 is drawn, in percent: where it is, or at the edge that it is beyond."""
        inset = INSET * (self.high - self.low)
        return min(max(100 * share, self.low + inset), self.high - inset) if self.is_beyond(share) else 100 * share

    def symbol(self, share: float, own: str, arrows: tuple[str, str] = UP_OR_DOWN) -> str:
        """Return a mark's own symbol, or the arrow that points from the edge to a share beyond it."""
        return arrows[100 * share > self.high] if self.is_beyond(share) else own

    def note(self, shares: Iterable[float]) -> str:
        """Return the sentence that explains arrows, with a space before it; "" if no share is beyond the axis."""
        return BEYOND if any(map(self.is_beyond, shares)) else ""

    def label(self, title: str, share: float) -> str:
        """Return what a mark is called: a network's title, with its number where the axis does not tell it."""
        return f"{title} {percent(share)}" if self.is_beyond(share) else title


def _fences(shares: Sequence[float]) -> tuple[float, float]:
    """Return Tukey's inner fences."""
    if len(shares) < 2:
        return min(shares), max(shares)
    first, _, third = quantiles(shares, n=4, method="inclusive")
    reach = FENCE * (third - first)
    return first - reach, third + reach
