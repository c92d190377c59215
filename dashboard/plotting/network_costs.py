"""What a network costs: parameters, multiply-adds, milliseconds; all networks at once, and one stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import Span, millions, milliseconds, percent
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.theme import symbol

if TYPE_CHECKING:
    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CostView

ROW_PX, FRAME_PX = 25, 64
TURN = 0.55  # of the axis: marks beyond wear their words on the left, since a phone has no room on the right

MACS_DEFINITION = "One multiply-add counts as one MAC; convolutions and linear layers only, as the papers count."

QUANTITIES = {
    "params": ("Trainable parameters", "parameters, log scale"),
    "macs": ("Multiply-adds (MACs) a face", "MACs, log scale"),
    "latency": ("Measured time a face", "median ms, log scale; bars: quartiles"),
}


def amount(cost: CostView, quantity: str) -> float | None:
    """Return the number that `quantity` (a key of QUANTITIES) stands for, None where it was not measured."""
    if quantity == "latency":
        return cost.latency.median_ms if cost.latency else None
    return getattr(cost, quantity)


def written(value: float, quantity: str) -> str:
    """Write an amount with its unit."""
    return milliseconds(value) if quantity == "latency" else millions(value)


def cost_dots(costs: Sequence[CostView], quantity: str, *, palette: Palette) -> Chart:
    """Draw one dot a network, in the order given, first on top; networks without the number must be left out before."""
    amounts = [amount(cost, quantity) for cost in costs]
    figure = blank(palette, FRAME_PX + ROW_PX * len(costs))
    ends = [_ends(cost, value, quantity) for cost, value in zip(costs, amounts, strict=True)]
    span = log_range([end for both in ends for end in both], room=0.1)
    for place, (cost, value) in enumerate(zip(costs, amounts, strict=True)):
        figure.add_trace(_dot(place, cost, value, quantity, palette))
        figure.add_trace(_words(place, ends[place], span, written(value, quantity), palette))
    title, axis = QUANTITIES[quantity]
    unit = 1.0 if quantity == "latency" else 1e6
    figure.update_xaxes(type="log", range=span, title_text=axis, **log_ticks(span, unit, "" if unit == 1 else " M"))
    figure.update_yaxes(**{**row_axis([cost.network.title for cost in costs]), "showgrid": True})  # from name to dot
    return Chart(
        figure,
        title=title,
        footer=_footer(costs, quantity),
        alt=f"{title}: "
        + "; ".join(f"{c.network.title} {written(a, quantity)}" for c, a in zip(costs, amounts, strict=True)),
        table=tuple(cost_row(cost) for cost in costs),
    )


def stage_bars(cost: CostView, quantity: str, *, palette: Palette) -> Chart:
    """Draw one network's stages in forward order, first on top; time is not known by stage and shows MACs instead."""
    quantity = "macs" if quantity == "latency" else quantity
    amounts = [getattr(stage, quantity) for stage in cost.stages]
    total = max(1, sum(amounts))
    figure = blank(palette, FRAME_PX + ROW_PX * len(cost.stages), bargap=0.25)
    figure.add_trace(
        go.Bar(
            x=amounts,
            y=list(range(len(amounts))),
            orientation="h",
            marker={"color": palette.family(cost.network.family)},
            text=[f"{millions(value)}, {_share(value / total)}" for value in amounts],
            textposition="outside",
            textfont={"color": palette.text},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(**row_axis([stage.name for stage in cost.stages]))
    # Room on the right for the words behind the longest bar, also on a phone.
    figure.update_xaxes(range=[0, 1.65 * max(1, *amounts)], showticklabels=False, ticks="", showgrid=False)
    title, _ = QUANTITIES[quantity]
    return Chart(
        figure,
        title=f"{cost.network.title}: {title[0].lower()}{title[1:]}, stage by stage",
        footer=f"In forward order, at {cost.size_px} px, {written(sum(amounts), quantity)} in all. A row is called by "
        f"its channels, and every stage by the map behind it. {MACS_DEFINITION}",
        alt=f"Stages of {cost.network.title}: "
        + "; ".join(f"{s.name} {millions(v)}" for s, v in zip(cost.stages, amounts, strict=True)),
        table=tuple(
            {"stage": stage.name, "module": stage.module, "params": stage.params, "macs": stage.macs}
            for stage in cost.stages
        ),
    )


def _share(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else percent(share, 0)


def _dot(place: int, cost: CostView, value: float, quantity: str, palette: Palette) -> go.Scatter:
    colour = palette.family(cost.network.family)
    quartiles = {}
    if quantity == "latency":
        late = Span(cost.latency.median_ms, cost.latency.q1_ms, cost.latency.q3_ms)
        quartiles = {"error_x": error_bars([late], colour, factor=1)}
    return go.Scatter(
        x=[value],
        y=[place],
        mode="markers",
        marker={"color": colour, "size": 10, "symbol": symbol(cost.network.variant)},
        name=cost.network.title,
        cliponaxis=False,
        hovertemplate=f"<b>{cost.network.title}</b><br>{written(value, quantity)}<extra></extra>",
        **quartiles,
    )


def _ends(cost: CostView, value: float, quantity: str) -> tuple[float, float]:
    """The ends of a dot's bar; of a dot without one the dot itself."""
    return (cost.latency.q1_ms, cost.latency.q3_ms) if quantity == "latency" else (value, value)


def _words(
    place: int, ends: tuple[float, float], span: tuple[float, float], words: str, palette: Palette
) -> go.Scatter:
    """Words beside a dot, off its bar."""
    is_far = (log10(ends[1]) - span[0]) / (span[1] - span[0]) > TURN
    return go.Scatter(
        x=[ends[0] if is_far else ends[1]],
        y=[place],
        mode="text",
        text=[words + "\u2002" if is_far else "\u2002" + words],  # an en space clears the mark
        textposition="middle left" if is_far else "middle right",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _footer(costs: Sequence[CostView], quantity: str) -> str:
    if quantity == "latency":
        return f"Faces of {costs[0].size_px} px. {costs[0].latency.stamp}"
    where = f"Every registered network at {costs[0].size_px} px, trained or not. "
    return where + (MACS_DEFINITION if quantity == "macs" else "Counted on the built network.")


def cost_row(cost: CostView) -> dict[str, object]:
    """Return a network's numbers for a table twin, unrounded."""
    late = cost.latency
    return {
        "network": cost.network.title,
        "name": cost.network.name,
        "size_px": cost.size_px,
        "params": cost.params,
        "macs": cost.macs,
        "latency_median_ms": late.median_ms if late else None,
        "latency_q1_ms": late.q1_ms if late else None,
        "latency_q3_ms": late.q3_ms if late else None,
    }
