"""Plotly reads a little HTML in labels. Ours stays; what looks like a tag in a foreign name is shown as it is."""

from __future__ import annotations

import re
from typing import Any

import plotly.graph_objects as go

# What our charts write: bold, line breaks, small print in a cell, the empty second box of a hover label.
OURS = re.compile(r"<(?!/?(?:b|br|extra)>|/span>|span style='font-size:\d+px'>)")
TEXTS = ("text", "hovertext", "hovertemplate", "name", "customdata")


def keep_own_markup(figure: go.Figure) -> None:
    """Escape every foreign tag in the figure's labels, hover boxes and axes."""
    for trace in figure.data:
        for key in TEXTS:
            if key in trace:
                _escape(trace, key)
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        _escape(axis, "ticktext")


def _escape(part: Any, key: str) -> None:
    known = part[key]
    if known is not None and (kept := _escaped(known)) != known:
        part[key] = kept


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return OURS.sub("&lt;", value)
    if isinstance(value, list | tuple):
        return type(value)(map(_escaped, value))
    return value
