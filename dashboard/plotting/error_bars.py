"""Error bars, drawn alike in every chart."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import IntervalLike


def error_bars(
    estimates: Sequence[IntervalLike], colour: str, *, factor: float = 100, thickness: float = 1.5, cap: float = 3
) -> dict[str, object]:
    """Return Plotly's `error_x` or `error_y` for the intervals of known estimates.

    Args:
        factor: from the estimates' unit to the axis's; 100 for shares on an axis in percent.
        thickness, cap: in pixels.
    """
    return {
        "type": "data",
        "symmetric": False,
        "array": [factor * (interval.high - interval.value) for interval in estimates],
        "arrayminus": [factor * (interval.value - interval.low) for interval in estimates],
        "color": colour,
        "thickness": thickness,
        "width": cap,
    }
