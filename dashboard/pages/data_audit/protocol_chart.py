"""How far the same methods fall when the test faces become stranger."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.formatting import NBSP, count, estimate, percent
from dashboard.pages.data_audit.views import MethodView, ProtocolGapView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import Palette, symbol

ROW_PX, FRAME_PX = 58, 84


def protocol_gap_dots(found: ProtocolGapView, step: str, words: str, *, palette: Palette) -> Chart:
    """Draw each method where the first step puts it (hollow) and where `step` does (filled), and the way between.

    Args:
        words: what `step` is called.
    """
    place = found.steps.index(step)
    figure = blank(palette, FRAME_PX + ROW_PX * len(found.methods))
    figure.add_vline(x=100 * found.guess, line={"color": palette.muted, "width": 1, "dash": "dot"})
    for row, method in enumerate(found.methods):
        colour = palette.dense if method.network is None else palette.family(method.network.family)
        shape = "circle" if method.network is None else symbol(method.network.variant)
        if place:
            _add_way(figure, method, row, place, colour, shape)
        _add_mark(figure, method, row, place, colour, shape)
    figure.update_yaxes(**row_axis([_wrapped(one.title) for one in found.methods]))
    figure.update_xaxes(title_text="accuracy (%)", range=[0, 104], dtick=20)
    hollow = "Hollow: random frames; filled: " + words.lower() if place else "Filled: " + words.lower()
    return Chart(
        figure,
        title=f"The same methods on {words.lower()}",
        footer=f"{hollow}. Upright line: always the commonest expression, {percent(found.guess)}. {found.title}, "
        f"n{NBSP}={NBSP}{count(found.n)} frames of {count(found.subjects)} people; bars: 95 % intervals over people.",
        alt="; ".join(f"{one.title} {estimate(one.values[place])}" for one in found.methods),
        table=tuple(
            {"method": one.title, "about": one.about, "protocol": name, "accuracy": value and value.value,
             "low": value and value.low, "high": value and value.high}
            for one in found.methods
            for name, value in zip(found.steps, one.values, strict=True)
        ),
    )  # fmt: skip


def _add_way(figure: go.Figure, method: MethodView, row: int, place: int, colour: str, shape: str) -> None:
    first, now = method.values[0], method.values[place]
    if first is None:
        return
    if now is not None:
        ends = [100 * first.value, 100 * now.value]
        line = {"color": colour, "width": 1, "dash": "dot"}
        figure.add_trace(go.Scatter(x=ends, y=[row, row], mode="lines", line=line, hoverinfo="skip"))
    figure.add_trace(
        go.Scatter(
            x=[100 * first.value], y=[row], mode="markers", hovertemplate=f"{estimate(first)}<extra></extra>",
            marker={"symbol": f"{shape}-open", "size": 10, "color": colour, "line": {"width": 2}},
        )
    )  # fmt: skip


def _add_mark(figure: go.Figure, method: MethodView, row: int, place: int, colour: str, shape: str) -> None:
    value = method.values[place]
    if value is None:
        return
    figure.add_trace(
        go.Scatter(
            x=[100 * value.value],
            y=[row],
            error_x=error_bars([value], colour),
            mode="markers+text",
            text=[percent(value.value)],
            textposition="top center" if value.value < 0.9 else "top left",
            marker={"symbol": shape, "size": 12, "color": colour},
            hovertemplate=f"<b>{method.title}</b><br>{method.about}<br>{estimate(value)}<extra></extra>",
        )
    )


def _wrapped(title: str) -> str:
    return title.replace(", ", ",<br>")
