"""What a network answers for one face: a bar an expression."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import percent
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.theme import Palette
from dashboard.views.checkpoints import NetworkView

ROW_PX, FRAME_PX = 24, 12


def probability_bars(
    network: NetworkView, expressions: Sequence[str], probabilities: Sequence[float], *, palette: Palette
) -> Chart:
    """Draw one bar an expression in the card's order; only the largest has the network's colour."""
    places = list(range(len(expressions)))
    top = max(places, key=probabilities.__getitem__)
    colours = [palette.family(network.family) if place == top else palette.grid for place in places]
    figure = blank(palette, FRAME_PX + ROW_PX * len(expressions), bargap=0.3)
    figure.add_trace(
        go.Bar(
            x=[100 * p for p in probabilities],
            y=places,
            orientation="h",
            marker={"color": colours, "line": {"color": palette.muted, "width": 0.5}},
            text=[percent(p, 0) for p in probabilities],
            textposition="outside",
            textfont={"color": palette.text},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    # A fifth of room on the right, so that "100 %" stands inside.
    figure.update_xaxes(range=[0, 122], visible=False, fixedrange=True)
    figure.update_yaxes(**row_axis(expressions), fixedrange=True)
    answers = ", ".join(f"{name} {percent(p, 0)}" for name, p in zip(expressions, probabilities, strict=True))
    return Chart(
        figure,
        title=network.title,
        footer="Raw confidence, not calibrated.",
        alt=f"{network.title} answers: {answers}.",
        table=tuple(
            {"network": network.name, "expression": name, "probability": p}
            for name, p in zip(expressions, probabilities, strict=True)
        ),
    )
