"""A chart for a projector: all type and marks larger, in a given height.

Zooming the page does not do it: Plotly measures its place in zoomed pixels and draws past it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from dashboard.plotting.chart import Chart

LEAST = 0.65  # of the chart's own height: rows stand no closer for the size of their words
DEFAULT_PX = 400
IN_TEXT = re.compile(r"font-size:(\d+)px")
PARTS = {"line", "error_x", "error_y", "margin"}  # whose other lengths are pixels, too
LENGTHS = {"width", "thickness", "l", "r", "t", "b"}


def enlarged(chart: Chart, factor: float, most_px: float) -> Chart:
    """Return a chart with type and marks `factor` times as large, at most `most_px` high; less where rows need it."""
    own = chart.figure.layout.height or DEFAULT_PX
    fits = min(factor, most_px / (LEAST * own))
    spec = _scaled(chart.figure.to_plotly_json(), "", lambda length: length * fits)
    figure = go.Figure(spec).update_layout(height=min(own * fits, most_px))
    return replace(chart, figure=figure)


def _scaled(part: Any, parent: str, scale: Callable[[float], float]) -> Any:
    if isinstance(part, dict):
        return {key: _value(key, value, parent, scale) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(_scaled(item, parent, scale) for item in part)
    if isinstance(part, str):
        return IN_TEXT.sub(lambda match: f"font-size:{scale(int(match[1])):.0f}px", part)
    return part


def _value(key: str, value: Any, parent: str, scale: Callable[[float], float]) -> Any:
    is_length = key == "size" or (parent in PARTS and key in LENGTHS)
    if not is_length:
        return _scaled(value, key, scale)
    if isinstance(value, int | float):
        return scale(value)
    return [scale(item) for item in value] if isinstance(value, list | tuple) else value
