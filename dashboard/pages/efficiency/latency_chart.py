"""Measured time against multiply-adds: what the count of operations does not show."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import plotly.graph_objects as go

from dashboard.formatting import millions, milliseconds
from dashboard.pages.efficiency.label_places import label_places
from dashboard.plotting.chart import Chart, blank
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.network_costs import cost_row
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.checkpoints import CostView

HEIGHT_PX, PLOT_PX = 400, 320

Span = tuple[float, float]


def latency_against_macs(costs: Sequence[CostView], *, palette: Palette) -> Chart:
    """Draw measured milliseconds against MACs; networks without a latency must be left out before."""
    times, macs = [cost.latency.median_ms for cost in costs], [cost.macs for cost in costs]
    figure = blank(palette, HEIGHT_PX)
    across, up = log_range(macs, room=0.12), log_range(times, room=0.12)
    for cost, place in zip(costs, _label_places(costs, across, up), strict=True):
        figure.add_trace(_time_mark(cost, place, palette))
    figure.update_xaxes(type="log", range=across, title_text="MACs, log scale", **log_ticks(across, 1e6, " M"))
    figure.update_yaxes(type="log", range=up, title_text="median ms, log scale", **log_ticks(up, 1.0, ""))
    return Chart(
        figure,
        title="Measured time against multiply-adds",
        footer=f"Faces of {costs[0].size_px} px. Marks above each other do the same arithmetic in different time. "
        + costs[0].latency.stamp,
        alt="Measured time against multiply-adds: "
        + "; ".join(f"{c.network.title} {millions(c.macs)}, {milliseconds(c.latency.median_ms)}" for c in costs),
        table=tuple(cost_row(cost) for cost in costs),
    )


def _label_places(costs: Sequence[CostView], across: Span, up: Span) -> list[str | None]:
    places = [(_share(cost.macs, across), _share(cost.latency.median_ms, up)) for cost in costs]
    return label_places(places, [cost.network.title for cost in costs], PLOT_PX)


def _share(value: float, span: Span) -> float:
    return (log10(value) - span[0]) / (span[1] - span[0])


def _time_mark(cost: CostView, place: str | None, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[cost.macs],
        y=[cost.latency.median_ms],
        mode="markers+text" if place else "markers",
        text=[cost.network.title],
        textposition=place or "middle right",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        marker={
            "color": palette.family(cost.network.family),
            "size": 11,
            "symbol": symbol(cost.network.variant),
        },
        name=cost.network.title,
        hovertemplate=f"<b>{cost.network.title}</b><br>{millions(cost.macs)} MACs<br>"
        f"{milliseconds(cost.latency.median_ms)}<extra></extra>",
    )
