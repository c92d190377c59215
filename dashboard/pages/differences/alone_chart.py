"""Faces that only one of two networks gets right, by label: where each is better than the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import count
from dashboard.plotting.chart import Chart, blank, measured, row_axis
from dashboard.views.checkpoints import told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.differences.views import ComparedView
    from dashboard.plotting.theme import Palette

ROW_PX, FRAME_PX = 42, 104


def alone_bars(view: ComparedView, *, palette: Palette) -> Chart:
    """Draw a row an expression: faces that only A has right to the left, those that only B has right to the right."""
    names = [f"only {title}" for title in told_apart([view.a, view.b])]
    only_a, only_b = [row.only_a for row in view.alone], [row.only_b for row in view.alone]
    figure = blank(palette, FRAME_PX + ROW_PX * len(view.alone), barmode="relative", bargap=0.35)
    figure.add_trace(_bars(only_a, -1, f"A: {names[0]}", palette.accent, palette))
    figure.add_trace(_bars(only_b, 1, f"B: {names[1]}", palette.diverging[2], palette))
    reach = 1.25 * max(1, *only_a, *only_b)
    figure.update_yaxes(**row_axis([row.expression for row in view.alone]))
    figure.update_xaxes(title_text="faces", range=[-reach, reach], showticklabels=False, ticks="", showgrid=False)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"}
    )
    return Chart(
        figure,
        title="Faces that one alone has right, by label",
        footer=measured(view.a, f"A {count(sum(only_a))}, B {count(sum(only_b))} in all"),
        alt=f"Faces that {names[0]} and {names[1]} has right: "
        + "; ".join(f"{row.expression} {row.only_a} and {row.only_b}" for row in view.alone),
        table=tuple(
            {"label": row.expression, "faces": row.n, "only_a_right": row.only_a, "only_b_right": row.only_b}
            for row in view.alone
        ),
    )


def _bars(counts: Sequence[int], sign: int, name: str, colour: str, palette: Palette) -> go.Bar:
    return go.Bar(
        x=[sign * faces for faces in counts],
        y=list(range(len(counts))),
        orientation="h",
        name=name,
        marker={"color": colour},
        text=[count(faces) for faces in counts],
        textposition="outside",
        textfont={"color": palette.text},
        cliponaxis=False,
        hoverinfo="skip",
    )
