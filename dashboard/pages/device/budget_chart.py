"""Accuracy against one cost on the device, with the budget as a line and the Pareto front."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import score
from dashboard.pages.device.text import NAMES, UNITS, amount
from dashboard.plotting.accuracy_axis import AccuracyAxis
from dashboard.plotting.chart import Chart, accuracy_bars, blank, measured
from dashboard.plotting.cost_layout import PIECE_PX, PLOT, TOUCHING, pareto_front
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.label_placement import LabelBox, place_labels
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.theme import Palette, symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.device.views import CandidateView, ChoiceView

HEIGHT_PX = 400
MARK_PX, FAINT_PX, FAINT = 11, 8, 0.5  # a mark within the budget, and one beyond
TITLES = {
    "ms": "ms a face on the device, log scale",
    "mb": "MB of the float32 file, log scale",
    "millions": "million parameters, log scale",
}

Span = tuple[float, float]


def accuracy_within_budget(found: ChoiceView, quantity: str, *, palette: Palette) -> Chart:
    """Draw accuracy (%) against a cost (a key of TITLES); what has no such cost is left out, one must have it."""
    drawn = [candidate for candidate in found.candidates if candidate.cost(quantity) is not None]
    limit = found.limits.get(quantity)
    costs = [candidate.cost(quantity) for candidate in drawn]
    across = log_range([*costs, *([limit] if limit else [])], room=0.12)
    axis = AccuracyAxis.covering(
        [candidate.accuracy for candidate in drawn if not candidate.row.is_imported],
        [candidate.accuracy for candidate in drawn if candidate.row.is_imported],
    )
    front = pareto_front(drawn, quantity)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(
        _line(
            [candidate.cost(quantity) for candidate in front],
            [100 * candidate.accuracy.value for candidate in front],
            palette,
        )
    )
    if limit:
        figure.add_trace(_budget(limit, quantity, axis.ends, palette))
    for candidate, place in zip(drawn, _label_places(drawn, front, found, quantity, across, axis), strict=True):
        figure.add_trace(_mark(candidate, quantity, place, candidate in found.within, axis, palette))
    figure.update_xaxes(type="log", range=across, title_text=TITLES[quantity], **log_ticks(across, 1.0, ""))
    figure.update_yaxes(range=axis.ends, title_text="accuracy (%)")
    first = found.candidates[0].row
    return Chart(
        figure,
        title=f"Accuracy against {NAMES[quantity].lower()}",
        footer=measured(first, accuracy_bars([candidate.row for candidate in drawn]))
        + ". Small and pale: not within the budget. Thin line: highest measured at each cost, however trained."
        + axis.note(candidate.accuracy.value for candidate in drawn),
        alt=_alt(drawn, front, quantity, limit),
        table=tuple(_table_row(candidate, candidate in found.within) for candidate in found.candidates),
    )


def _line(x: Sequence[float], y: Sequence[float], palette: Palette) -> go.Scatter:
    line = {"color": palette.muted, "width": 1, "shape": "hv"}
    return go.Scatter(x=x, y=y, mode="lines", line=line, name="Pareto front", hoverinfo="skip")


def _budget(limit: float, quantity: str, up: Span, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[limit, limit],
        y=list(up),
        mode="lines+text",
        text=[f"{amount(limit, quantity)} ", ""],
        textposition="top left",
        textfont={"color": palette.text, "size": 14},
        line={"color": palette.text, "width": 2, "dash": "dash"},
        name="Budget",
        hoverinfo="skip",
    )


def _label_places(  # noqa: PLR0913 - all that stands on the chart
    drawn: Sequence[CandidateView],
    front: Sequence[CandidateView],
    view: ChoiceView,
    quantity: str,
    span: Span,
    axis: AccuracyAxis,
) -> list[str | None]:
    """Where labels stand, of the recommended, the runner-up, the front and what is beyond the axis.

    One without room is left to hovering, but for those beyond: their label has the number.
    """
    left, right = span

    def across(cost: float) -> float:
        return PLOT.right * (log10(cost) - left) / (right - left)

    def down(share: float) -> float:
        return PLOT.bottom * (axis.high - axis.place(share)) / (axis.high - axis.low)

    at = {candidate.row.name: (across(candidate.cost(quantity)), down(candidate.accuracy.value)) for candidate in drawn}
    beyond = [candidate for candidate in drawn if axis.is_beyond(candidate.accuracy.value)]
    named = [candidate for candidate in dict.fromkeys((*beyond, *view.within[:2], *front)) if candidate.row.name in at]
    marks = [LabelBox(x - 7, y - 7, x + 7, y + 7) for x, y in at.values()]
    if limit := view.limits.get(quantity):  # in pieces, so that each one under a label counts
        pieces = range(0, int(PLOT.bottom), PIECE_PX)
        marks += [LabelBox(across(limit) - 8, y, across(limit) + 8, y + PIECE_PX) for y in pieces]
    anchors, words = (
        [at[candidate.row.name] for candidate in named],
        [axis.label(candidate.row.network.title, candidate.accuracy.value) for candidate in named],
    )
    placed = place_labels(anchors, words, marks, PLOT, TOUCHING)
    places = {
        candidate.row.name: place
        for candidate, (place, cost) in zip(named, placed, strict=True)
        if cost <= TOUCHING or candidate in beyond
    }
    return [places.get(candidate.row.name) for candidate in drawn]


def _mark(  # noqa: PLR0913 - all that a mark is made of
    candidate: CandidateView, quantity: str, place: str | None, is_within: bool, axis: AccuracyAxis, palette: Palette
) -> go.Scatter:
    network, colour = candidate.row.network, palette.family(candidate.row.network.family)
    share = candidate.accuracy.value
    return go.Scatter(
        x=[candidate.cost(quantity)],
        y=[axis.place(share)],
        error_y=error_bars([candidate.accuracy], colour) if is_within and not axis.is_beyond(share) else None,
        mode="markers+text" if place else "markers",
        text=[axis.label(network.title, share)],
        textposition=place or "middle right",
        textfont={"color": palette.text, "size": 14},
        marker={
            "color": colour,
            "size": MARK_PX if is_within else FAINT_PX,
            "opacity": 1.0 if is_within else FAINT,
            "symbol": axis.symbol(share, symbol(network.variant)),
        },
        name=network.title,
        cliponaxis=False,
        hovertemplate=f"<b>{network.title}</b><br>{score(candidate.accuracy, candidate.row.seeds)}<br>"
        f"{amount(candidate.cost(quantity), quantity)}<extra></extra>",
    )


def _alt(drawn: Sequence[CandidateView], front: Sequence[CandidateView], quantity: str, limit: float | None) -> str:
    numbers = "; ".join(
        f"{candidate.row.network.title} {score(candidate.accuracy, candidate.row.seeds)} at "
        f"{amount(candidate.cost(quantity), quantity)}"
        for candidate in drawn
    )
    budget = f" The budget is {amount(limit, quantity)}." if limit else ""
    best = ", ".join(candidate.row.network.title for candidate in front)
    return f"Accuracy against {UNITS[quantity]}: {numbers}.{budget} On the Pareto front: {best}."


def _table_row(candidate: CandidateView, is_within: bool) -> dict[str, object]:
    row = candidate.row
    return {
        "network": row.network.title,
        "checkpoint": row.name,
        "seeds": row.seeds,
        "origin": candidate.origin,
        "within_budget": is_within,
        "validation_accuracy": candidate.validated,
        "accuracy": row.accuracy.value,
        "accuracy_low": row.accuracy.low,
        "accuracy_high": row.accuracy.high,
        "ms_on_the_device": candidate.ms,
        "ms_measured_here": candidate.latency.median_ms if candidate.latency else None,
        "file_megabytes": candidate.mb,
        "params": row.params,
    }
