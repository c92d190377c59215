"""Accuracy against what it costs: measured marks with interval bars, the papers' claims hollow, the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log10

import plotly.graph_objects as go

from dashboard.formatting import estimate, intervals, millions, percent
from dashboard.plotting.chart import Chart, blank, measured
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.label_placement import LabelBox, place_labels
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.checkpoints import CheckpointView

HEIGHT_PX = 460
# Only for placing labels: the plot's area at 1440 px, where the figure has a third of the page.
PLOT = LabelBox(0, 0, 340, 370)
PIECE_PX = 12
TOUCHING = 0.3  # a label that covers more of its neighbours than this is left to hovering

COSTS = {"macs": "MACs", "params": "Parameters"}


def accuracy_against_cost(
    rows: Sequence[CheckpointView], front: Sequence[CheckpointView], cost: str, *, palette: Palette
) -> Chart:
    """Draw accuracy (%) against `cost` ("macs" or "params"), logarithmic.

    Args:
        rows: checkpoints of one data set and split; those without an accuracy must be left out before.
        front: those of them that no other beats in both, cheapest first.
        cost: a key of COSTS; also the name of the attribute that holds it.
    """
    spread = _Spread(rows, front, cost)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_front_line(front, cost, palette))
    # A trace a network, not a mark: sixty checkpoints are drawn in the time of a few.
    groups = _by_network(rows)
    for group in groups:
        if _claimed_at(group[0], cost):
            figure.add_trace(_claim(group[0], cost, palette))
    places = dict(zip([row.name for row in rows], spread.label_places(), strict=True))
    for group in groups:
        figure.add_trace(_measured(group, cost, [_label(row, rows) for row in group], places, palette))
    figure.update_xaxes(
        type="log", range=spread.x_range, title_text=_axis_title(cost, rows), **log_ticks(spread.x_range, 1e6, " M")
    )
    figure.update_yaxes(range=spread.y_range, title_text="accuracy (%)")
    first = rows[0]
    return Chart(
        figure,
        title=f"Accuracy against {COSTS[cost]}",
        footer=measured(first, f"bars: {intervals(first.subjects, 'Wilson 95 %')}")
        + ". Hollow: the paper's claim at its own cost, joined to our number. Thin line: highest measured at each "
        "cost, however trained.",
        alt=_alt(rows, front, cost),
        table=tuple(_table_row(row, cost) for row in rows),
    )


class _Spread:
    """The axes' ranges and, in pixels of a typical screen, where things lie."""

    def __init__(self, rows: Sequence[CheckpointView], front: Sequence[CheckpointView], cost: str) -> None:
        self.rows = rows
        self.front = [(log10(getattr(row, cost)), row.accuracy.value) for row in front]
        self.x = [log10(getattr(row, cost)) for row in rows]
        heights = [100 * end for row in rows for end in (row.accuracy.low, row.accuracy.high)]
        drawn = {_claimed_at(row, cost): row.claim.accuracy for row in rows if _claimed_at(row, cost)}
        heights += [100 * accuracy for accuracy in drawn.values()]
        self.claims = [(log10(at), accuracy) for at, accuracy in drawn.items()]
        self.x_range = log_range([*(getattr(row, cost) for row in rows), *drawn], room=0.12)
        self.y_range = (min(heights) - 1.5, max(heights) + 1.5)

    def label_places(self) -> list[str | None]:
        """Where each row's label stands. A network's best mark bears its name; its other seeds wear the same shape and
        colour, and hovering tells them apart.
        """
        marks = [self._box(x, row.accuracy.low, row.accuracy.high) for x, row in zip(self.x, self.rows, strict=True)]
        claims = [self._box(x, accuracy, accuracy) for x, accuracy in self.claims]
        named = {group[0].name for group in _by_network(self.rows)}
        anchors = [
            (self._across(x), self._down(row.accuracy.value))
            for x, row in zip(self.x, self.rows, strict=True)
            if row.name in named
        ]
        words = [row.network.title for row in self.rows if row.name in named]
        found = iter(place_labels(anchors, words, [*marks, *claims, *self._front_boxes()], PLOT, TOUCHING))
        places = [next(found) if row.name in named else (None, 0.0) for row in self.rows]
        return [place if cost <= TOUCHING else None for place, cost in places]

    def _front_boxes(self) -> list[LabelBox]:
        """The level parts of the Pareto line, in short pieces, so that each piece under a label counts."""
        boxes = []
        for (x, y), (end, _) in pairwise(self.front):
            left, right, down = round(self._across(x)), round(self._across(end)), self._down(y)
            boxes += [LabelBox(at, down - 2, at + PIECE_PX, down + 2) for at in range(left, right, PIECE_PX)]
        return boxes

    def _box(self, x: float, low: float, high: float) -> LabelBox:
        across = self._across(x)
        return LabelBox(across - 7, self._down(high) - 7, across + 7, self._down(low) + 7)

    def _across(self, x: float) -> float:
        return PLOT.right * (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])

    def _down(self, share: float) -> float:
        return PLOT.bottom * (self.y_range[1] - 100 * share) / (self.y_range[1] - self.y_range[0])


def _by_network(rows: Sequence[CheckpointView]) -> list[list[CheckpointView]]:
    """Return the rows network by network and size by size, the most accurate first in each; same order of networks."""
    groups: dict[object, list[CheckpointView]] = {}
    for row in rows:
        groups.setdefault((row.network, row.macs, row.params), []).append(row)
    return list(groups.values())


def _label(row: CheckpointView, rows: Sequence[CheckpointView]) -> str:
    """Name a mark; the seed only where a network stands there twice."""
    twins = [other for other in rows if other.network == row.network]
    return row.network.title if len(twins) == 1 else f"{row.network.title}, seed {row.seed}"


def _measured(
    rows: Sequence[CheckpointView], cost: str, labels: Sequence[str], places: Mapping[str, str | None], palette: Palette
) -> go.Scatter:
    network, colour = rows[0].network, palette.family(rows[0].network.family)
    return go.Scatter(
        x=[getattr(row, cost) for row in rows],
        y=[100 * row.accuracy.value for row in rows],
        error_y=error_bars([row.accuracy for row in rows], colour),
        mode="markers+text",
        text=[network.title if places[row.name] else "" for row in rows],
        textposition=[places[row.name] or "middle right" for row in rows],
        textfont={"color": palette.text, "size": 14},
        marker={"color": colour, "size": 11, "symbol": symbol(network.variant)},
        name=network.title,
        customdata=[row.name for row in rows],
        cliponaxis=False,
        hovertext=[
            f"<b>{label}</b><br>{estimate(row.accuracy)}<br>"
            f"{millions(row.params)} parameters, {millions(row.macs)} MACs"
            for row, label in zip(rows, labels, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _claimed_at(row: CheckpointView, cost: str) -> int | None:
    """What a row's claim costs; a claim whose cost the paper leaves open is not drawn."""
    return getattr(row.claim, cost) if row.claim else None


def _claim(row: CheckpointView, cost: str, palette: Palette) -> go.Scatter:
    claimed = 100 * row.claim.accuracy
    return go.Scatter(
        x=[getattr(row, cost), _claimed_at(row, cost)],
        y=[100 * row.accuracy.value, claimed],
        mode="lines+markers",
        line={"color": palette.family(row.network.family), "width": 1, "dash": "dot"},
        marker={
            "symbol": f"{symbol(row.network.variant)}-open",
            "size": [0, 11],
            "color": palette.family(row.network.family),
            "opacity": 1,
        },
        name=f"{row.network.title}, claimed",
        hovertemplate=f"<b>{row.network.title}</b><br>its paper claims {percent(row.claim.accuracy, 2)}<extra></extra>",
    )


def _front_line(front: Sequence[CheckpointView], cost: str, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[getattr(row, cost) for row in front],
        y=[100 * row.accuracy.value for row in front],
        mode="lines",
        line={"color": palette.muted, "width": 1, "shape": "hv"},
        name="Pareto front",
        hoverinfo="skip",
    )


def _axis_title(cost: str, rows: Sequence[CheckpointView]) -> str:
    sizes = sorted({row.size_px for row in rows})
    if cost == "params":
        return "trainable parameters, log scale"
    return f"MACs a face of {' or '.join(map(str, sizes))} px, log scale"


def _alt(rows: Sequence[CheckpointView], front: Sequence[CheckpointView], cost: str) -> str:
    numbers = "; ".join(f"{r.network.title} {estimate(r.accuracy)} at {millions(getattr(r, cost))}" for r in rows)
    best = ", ".join(row.network.title for row in front)
    return f"Accuracy against {COSTS[cost]} of {len(rows)} checkpoints: {numbers}. On the Pareto front: {best}."


def _table_row(row: CheckpointView, cost: str) -> dict[str, object]:
    return {
        "network": row.network.title,
        "checkpoint": row.name,
        cost: getattr(row, cost),
        "accuracy": row.accuracy.value,
        "accuracy_low": row.accuracy.low,
        "accuracy_high": row.accuracy.high,
        "claimed_accuracy": row.claim.accuracy if row.claim else None,
        f"claimed_at_{cost}": _claimed_at(row, cost),
    }
