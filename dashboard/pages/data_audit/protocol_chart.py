"""How the accuracy of the same methods falls as test faces become less familiar."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.formatting import count, estimate, percent, sample_size
from dashboard.pages.data_audit.views import MethodView, ProtocolGapView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import Palette, symbol

ROW_PX, FRAME_PX = 58, 84
UNTRAINED = " No mark: not trained under this protocol here."


def protocol_gap_dots(view: ProtocolGapView, step: str, title: str, *, palette: Palette) -> Chart:
    """Draw each method where the first step puts it (hollow) and where `step` does (filled), and the way between.

    Args:
        title: what `step` is called.
    """
    place = view.steps.index(step)
    figure = blank(palette, FRAME_PX + ROW_PX * len(view.methods))
    figure.add_vline(x=100 * view.guess, line={"color": palette.muted, "width": 1, "dash": "dot"})
    for row, method in enumerate(view.methods):
        colour = palette.dense if method.network is None else palette.family(method.network.family)
        shape = "circle" if method.network is None else symbol(method.network.variant)
        if place:
            _add_way(figure, method, row, place, colour, shape)
        _add_mark(figure, method, row, place, colour, shape)
    figure.update_yaxes(**row_axis([_wrapped(method.title) for method in view.methods]))
    figure.update_xaxes(title_text="accuracy (%)", range=[0, 104], dtick=20)
    hollow = "Hollow: random frames; filled: " + title.lower() if place else "Filled: " + title.lower()
    return Chart(
        figure,
        title=f"The same methods on {title.lower()}",
        footer=f"{hollow}. Upright line: always the commonest expression, {percent(view.guess)}. {view.title}, "
        f"{sample_size(view.n)} frames of {count(view.subjects)} people; bars: 95 % intervals over people."
        + UNTRAINED * any(method.values[place] is None for method in view.methods),
        alt="; ".join(f"{method.title} {estimate(method.values[place])}" for method in view.methods),
        table=tuple(
            {"method": method.title, "about": method.about, "protocol": name, "accuracy": value and value.value,
             "low": value and value.low, "high": value and value.high}
            for method in view.methods
            for name, value in zip(view.steps, method.values, strict=True)
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
