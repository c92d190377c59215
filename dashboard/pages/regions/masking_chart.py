"""What an answer loses when the densest part of the face is masked, beside random patches as large."""

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


def masking_dots(found: RegionsView, title: str = "", *, palette: Palette) -> Chart:
    """Draw what the answer's probability loses without the densest part (filled) and random patches (hollow).

    `title` is the network's name unless given.
    """
    rows = [*found.readings, found.overall]
    figure = blank(palette, FRAME_PX + ROW_PX * len(rows))
    for is_random in (False, True):
        figure.add_trace(_dots(found, rows, is_random, palette))
    figure.update_yaxes(**row_axis([f"{one.expression or 'all'} ({one.n})" for one in rows]))
    figure.update_xaxes(title_text="probability of the answer lost (points)")
    row = found.checkpoint
    return Chart(
        figure,
        title=f"What masking costs {title or row.network.title}",
        footer="Filled: each face's densest part greyed out; hollow: random patches as large elsewhere on the face, "
        f"mean of {found.patches}. " + measured(row, "bars: bootstrap 95 % over faces", found.overall.n),
        alt=f"{row.network.title}, probability lost by masking the densest part against random patches: "
        + "; ".join(
            f"{one.expression or 'all'} {estimate(one.masking.top)} against {estimate(one.masking.random)}"
            for one in rows
        ),
        table=tuple(_masking_row(found, one) for one in rows),
    )


def _dots(found: RegionsView, rows: Sequence[ReadingView], is_random: bool, palette: Palette) -> go.Scatter:
    network = found.checkpoint.network
    colour = palette.family(network.family)
    drops = [one.masking.random if is_random else one.masking.top for one in rows]
    return go.Scatter(
        x=[100 * one.value for one in drops],
        y=[place + OFFSET * (1 if is_random else -1) for place in range(len(rows))],
        error_x=error_bars(drops, colour),
        mode="markers",
        marker={
            "symbol": symbol(network.variant) + ("-open" if is_random else ""), "size": 10, "color": colour,
            "line": {"width": 2, "color": colour},
        },
        text=[f"{'random patches' if is_random else 'densest part'}: {estimate(one)}" for one in drops],
        customdata=[
            f"densest minus random {points_span(one.masking.difference)}, p {probability(one.masking.p)}"
            for one in rows
        ],
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
    )  # fmt: skip


def _masking_row(found: RegionsView, one: ReadingView) -> dict[str, object]:
    named = (("densest", one.masking.top), ("random", one.masking.random), ("difference", one.masking.difference))
    ends = {
        f"{name}{end}": getattr(value, end.removeprefix("_") or "value")
        for name, value in named
        for end in ("", "_low", "_high")
    }
    answer = one.expression or "all"
    return {"checkpoint": found.checkpoint.name, "answer": answer, "n": one.n, **ends, "p_wilcoxon": one.masking.p}
