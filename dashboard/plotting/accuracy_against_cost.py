"""Accuracy against what it costs: measured marks with interval bars, the papers' claims hollow, the Pareto front."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import plotly.graph_objects as go

from dashboard.formatting import millions, percent, score
from dashboard.plotting.accuracy_axis import AccuracyAxis
from dashboard.plotting.chart import Chart, accuracy_bars, blank, measured
from dashboard.plotting.cost_layout import CostLayout, by_network, claimed_at
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.log_ticks import log_ticks
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.checkpoints import CheckpointView

HEIGHT_PX = 460
MARK_PX, FAINT_PX, FAINT = 11, 8, 0.5  # a mark, and one that others stand out from

COSTS = {"macs": "MACs", "params": "Parameters"}


def accuracy_against_cost(
    rows: Sequence[CheckpointView],
    front: Sequence[CheckpointView],
    cost: str,
    highlighted: Collection[str] | None = None,
    *,
    palette: Palette,
) -> Chart:
    """Draw accuracy (%) against `cost` ("macs" or "params"), logarithmic.

    Args:
        rows: checkpoints of one data set and split; those without an accuracy must be left out before.
        front: those of them that no other beats in both, cheapest first.
        cost: a key of COSTS; also the name of the attribute that holds it.
        highlighted: names of the rows that bear a label, an interval and their claim; None for all. The others are
            small marks, told by hovering.
    """
    chosen = {row.name for row in rows} if highlighted is None else set(highlighted)
    layout = CostLayout(rows, front, cost, chosen)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_front_line(front, cost, palette))
    # A trace a network, not a mark: sixty checkpoints are drawn in the time of a few.
    edge = [row for row in rows if layout.is_beyond(row)]
    groups = by_network([row for row in rows if row not in edge])
    for group in groups:
        if group[0].name in chosen and claimed_at(group[0], cost):
            figure.add_trace(_claim(group[0], cost, palette))
    places = dict(zip([row.name for row in rows], layout.label_places(), strict=True))
    for group in groups:
        labels = [_label(row, rows) for row in group]
        is_strong = group[0].name in chosen
        figure.add_trace(_measured(group, cost, labels, places, is_strong, palette))
    for row in edge:
        figure.add_trace(_at_edge(row, cost, _label(row, rows), layout.y, places[row.name], palette))
    figure.update_xaxes(
        type="log", range=layout.x_range, title_text=_axis_title(cost, rows), **log_ticks(layout.x_range, 1e6, " M")
    )
    figure.update_yaxes(range=layout.y.ends, title_text="accuracy (%)")
    first = rows[0]
    faint = "" if len(chosen) >= len(rows) else " Small: named on hovering."
    return Chart(
        figure,
        title=f"Accuracy against {COSTS[cost]}",
        footer=measured(first, accuracy_bars(rows))
        + ". Hollow: the paper's claim at its own cost, joined to our number. Thin line: highest measured at each "
        f"cost, however trained.{faint}{layout.y.note(row.accuracy.value for row in edge)}",
        alt=_alt(rows, front, cost),
        table=tuple(_table_row(row, cost) for row in rows),
    )


def _label(row: CheckpointView, rows: Sequence[CheckpointView]) -> str:
    """Name a mark; the seed only where a network stands there twice."""
    twins = [twin for twin in rows if twin.network == row.network]
    return row.network.title if len(twins) == 1 else f"{row.network.title}, seed {row.seed}"


def _measured(  # noqa: PLR0913 - all that a network's marks are made of
    rows: Sequence[CheckpointView],
    cost: str,
    labels: Sequence[str],
    places: Mapping[str, str | None],
    is_strong: bool,
    palette: Palette,
) -> go.Scatter:
    network, colour = rows[0].network, palette.family(rows[0].network.family)
    return go.Scatter(
        x=[getattr(row, cost) for row in rows],
        y=[100 * row.accuracy.value for row in rows],
        error_y=error_bars([row.accuracy for row in rows], colour) if is_strong else None,
        mode="markers+text",
        text=[network.title if places[row.name] else "" for row in rows],
        textposition=[places[row.name] or "middle right" for row in rows],
        textfont={"color": palette.text, "size": 14},
        marker={
            "color": colour,
            "size": MARK_PX if is_strong else FAINT_PX,
            "opacity": 1.0 if is_strong else FAINT,
            "symbol": symbol(network.variant),
        },
        name=network.title,
        customdata=[row.name for row in rows],
        cliponaxis=False,
        hovertext=[_told(row, label) for row, label in zip(rows, labels, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _at_edge(  # noqa: PLR0913 - all that a mark at the edge is made of
    row: CheckpointView, cost: str, label: str, axis: AccuracyAxis, place: str | None, palette: Palette
) -> go.Scatter:
    share, colour = row.accuracy.value, palette.family(row.network.family)
    return go.Scatter(
        x=[getattr(row, cost)],
        y=[axis.place(share)],
        mode="markers+text",
        text=[axis.label(row.network.title, share)],
        textposition=[place or "middle right"],
        textfont={"color": palette.text, "size": 14},
        marker={"color": colour, "size": MARK_PX, "symbol": axis.symbol(share, symbol(row.network.variant))},
        name=row.network.title,
        customdata=[row.name],
        cliponaxis=False,
        hovertext=[_told(row, label)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(row: CheckpointView, label: str) -> str:
    costs = f"{millions(row.params)} parameters, {millions(row.macs)} MACs"
    return f"<b>{label}</b><br>{score(row.accuracy, row.seeds)}<br>{costs}"


def _claim(row: CheckpointView, cost: str, palette: Palette) -> go.Scatter:
    claimed = 100 * row.claim.accuracy
    return go.Scatter(
        x=[getattr(row, cost), claimed_at(row, cost)],
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
    numbers = "; ".join(f"{r.network.title} {score(r.accuracy, r.seeds)} at {millions(getattr(r, cost))}" for r in rows)
    best = ", ".join(row.network.title for row in front)
    return f"Accuracy against {COSTS[cost]} of {len(rows)} checkpoints: {numbers}. On the Pareto front: {best}."


def _table_row(row: CheckpointView, cost: str) -> dict[str, object]:
    return {
        "network": row.network.title,
        "checkpoint": row.name,
        "seeds": row.seeds,
        cost: getattr(row, cost),
        "accuracy": row.accuracy.value,
        "accuracy_low": row.accuracy.low,
        "accuracy_high": row.accuracy.high,
        "claimed_accuracy": row.claim.accuracy if row.claim else None,
        f"claimed_at_{cost}": claimed_at(row, cost),
    }
