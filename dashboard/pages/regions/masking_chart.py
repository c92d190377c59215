"""What an answer loses when the densest part of the face is masked, against random patches of that size."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import estimate, points_span, probability
from dashboard.plotting.chart import Chart, blank, measured, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.regions import ReadingView, RegionsView

FRAME_PX, ROW_PX = 70, 38
OFFSET = 0.16  # of a row, between the two marks of an answer


def masking_dots(view: RegionsView, title: str = "", *, palette: Palette) -> Chart:
    """Draw what the answer's probability loses without the densest part (filled) and random patches (hollow).

    `title` is the network's name unless given.
    """
    rows = [*view.readings, view.overall]
    figure = blank(palette, FRAME_PX + ROW_PX * len(rows))
    for is_random in (False, True):
        figure.add_trace(_dots(view, rows, is_random, palette))
    figure.update_yaxes(**row_axis([f"{reading.expression or 'all'} ({reading.n})" for reading in rows]))
    figure.update_xaxes(title_text="probability of the answer lost (points)")
    row = view.checkpoint
    return Chart(
        figure,
        title=f"What masking costs {title or row.network.title}",
        footer="Filled: each face's densest part greyed out; hollow: random patches as large elsewhere on the face, "
        f"mean of {view.patches}. " + measured(row, "bars: bootstrap 95 % over faces", view.overall.n),
        alt=f"{row.network.title}, probability lost by masking the densest part against random patches: "
        + "; ".join(
            f"{reading.expression or 'all'} {estimate(reading.masking.top)} against {estimate(reading.masking.random)}"
            for reading in rows
        ),
        table=tuple(_masking_row(view, reading) for reading in rows),
    )


def _dots(view: RegionsView, rows: Sequence[ReadingView], is_random: bool, palette: Palette) -> go.Scatter:
    network = view.checkpoint.network
    colour = palette.family(network.family)
    drops = [row.masking.random if is_random else row.masking.top for row in rows]
    return go.Scatter(
        x=[100 * drop.value for drop in drops],
        y=[place + OFFSET * (1 if is_random else -1) for place in range(len(rows))],
        error_x=error_bars(drops, colour),
        mode="markers",
        marker={
            "symbol": symbol(network.variant) + ("-open" if is_random else ""), "size": 10, "color": colour,
            "line": {"width": 2, "color": colour},
        },
        text=[f"{'random patches' if is_random else 'densest part'}: {estimate(drop)}" for drop in drops],
        customdata=[
            f"densest minus random {points_span(row.masking.difference)}, p {probability(row.masking.p)}"
            for row in rows
        ],
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
    )  # fmt: skip


def _masking_row(view: RegionsView, row: ReadingView) -> dict[str, object]:
    named = (("densest", row.masking.top), ("random", row.masking.random), ("difference", row.masking.difference))
    ends = {
        f"{name}{end}": getattr(value, end.removeprefix("_") or "value")
        for name, value in named
        for end in ("", "_low", "_high")
    }
    answer = row.expression or "all"
    return {"checkpoint": view.checkpoint.name, "answer": answer, "n": row.n, **ends, "p_wilcoxon": row.masking.p}
