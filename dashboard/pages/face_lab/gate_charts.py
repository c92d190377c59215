"""A network's gates on one face: their values in order, and what it answers without them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import percent
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.theme import Palette
from dashboard.views.checkpoints import NetworkView

HEIGHT_PX = 240
ROW_PX, FRAME_PX = 30, 56
WHAT = {
    "channel": ("channels", "gate"),
    "spatial": ("cells", "gate"),
    "branch": ("channels", "reverse branch's share"),
}


def sorted_gates(
    network: NetworkView,
    module: str,
    kind: str,
    values: Sequence[float],
    *,
    limits: tuple[float, float],
    palette: Palette,
) -> Chart:
    """Draw a module's values as bars, the largest first.

    Args:
        kind: "channel", "spatial" or "branch"; `values` (0..1) are then gates or energy shares.
        limits: below and above which a gate counts as shut and open; drawn for gates only.
    """
    things, unit = WHAT[kind]
    falling = sorted(values, reverse=True)
    figure = blank(palette, HEIGHT_PX, bargap=0 if len(values) > 64 else 0.15)
    figure.add_trace(
        go.Bar(
            x=list(range(1, len(falling) + 1)),
            y=falling,
            marker={"color": palette.family(network.family), "line": {"width": 0}},
            hovertemplate="%{y:.2f}<extra></extra>",
        )
    )
    if kind != "branch":
        for limit in limits:
            figure.add_hline(y=limit, line={"color": palette.muted, "width": 1, "dash": "dot"})
    figure.update_yaxes(range=[0, 1.02], title_text=unit, dtick=0.25, fixedrange=True)
    figure.update_xaxes(title_text=f"{len(falling):,} {things}, sorted", showgrid=False, fixedrange=True)
    middle = falling[len(falling) // 2]
    return Chart(
        figure,
        title=f"{module} of {network.title}",
        footer=f"One face. Dotted: below {limits[0]} a gate is as good as shut, above {limits[1]} open."
        if kind != "branch"
        else "One face. Energy is the sum of squares; 0.5 means that both branches carry the same.",
        alt=f"{module}: {len(falling)} {things}, {unit} {falling[-1]:.2f} to {falling[0]:.2f}, middle {middle:.2f}",
        table=tuple({"network": network.name, "rank": i, unit: value} for i, value in enumerate(falling, 1)),
    )


def answers_without_gates(
    network: NetworkView,
    expressions: Sequence[str],
    gated: Sequence[float],
    ungated: Sequence[float],
    *,
    palette: Palette,
) -> Chart:
    """Draw each expression's probability as it is (filled) and with all gates at one (hollow), joined by a line."""
    places = list(range(len(expressions)))
    colour = palette.family(network.family)
    figure = blank(palette, FRAME_PX + ROW_PX * len(expressions))
    for place, before, after in zip(places, gated, ungated, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[100 * before, 100 * after],
                y=[place, place],
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={
                    "symbol": ["circle", "circle-open"],
                    "size": 11,
                    "color": colour,
                    "line": {"width": 2, "color": colour},
                },
                text=["as it is", "gates at one"],
                hovertemplate=f"<b>{expressions[place]}</b><br>%{{text}}: %{{x:.0f}} %<extra></extra>",
            )
        )
    figure.update_yaxes(fixedrange=True, **row_axis(expressions))
    figure.update_xaxes(range=[-3, 103], title_text="probability (%)", dtick=25, fixedrange=True)
    shares = "; ".join(
        f"{name} {percent(before, 0)}, without gates {percent(after, 0)}"
        for name, before, after in zip(expressions, gated, ungated, strict=True)
    )
    return Chart(
        figure,
        title=f"{network.title} with its gates and without",
        footer="Filled: as it is; hollow: all gates forced to one. One face; the weights were trained with the gates.",
        alt=f"{network.title}: {shares}",
        table=tuple(
            {"network": network.name, "expression": name, "with gates": before, "gates at one": after}
            for name, before, after in zip(expressions, gated, ungated, strict=True)
        ),
    )
