"""Ticks of logarithmic axes, which Plotly would write as 2, 5, 100M."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Any


def log_range(values: Sequence[float], room: float) -> tuple[float, float]:
    """Return a range in powers of ten with `room` (a share of its length, of at least one decade) at both ends."""
    low, high = log10(min(values)), log10(max(values))
    pad = room * max(high - low, 1.0)
    return low - pad, high + pad


def log_ticks(span: tuple[float, float], unit: float, suffix: str) -> dict[str, list[Any]]:
    """Return tick values at 1, 2 and 5 times the powers of ten inside `span`, written in `unit`s.

    On a range of more than two decades only the powers of ten are written: a phone has no room for more. On a range
    too short for two such values, as of a single mark, all whole multiples are.
    """
    values = _inside(span, (1, 2, 5) if span[1] - span[0] <= 2 else (1,))
    if len(values) < 2:
        values = _inside(span, range(1, 10))
    return {"tickvals": values, "ticktext": [f"{value / unit:,.10g}{suffix}" for value in values]}


def _inside(span: tuple[float, float], steps: Sequence[int]) -> list[float]:
    powers = range(floor(span[0]), floor(span[1]) + 1)
    values = [step * 10.0**power for power in powers for step in steps]
    return [value for value in values if span[0] <= log10(value) <= span[1]]
