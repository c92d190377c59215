"""The table of costs: parameters, MACs and measured time of every network."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.formatting import DASH, count, milliseconds
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, table, text
from dashboard.views.checkpoints import CostView


def cost_table(costs: Sequence[CostView]) -> None:
    """Show what every network costs, in the order given."""
    colours = palette()
    header = [("Network", ""), ("Parameters", "number"), ("MACs", "number"), ("Median time", "number")]
    body = [
        [
            text(cost.network.title, cost.network.name, colours.family(cost.network.family)),
            number(count(cost.params)),
            number(count(cost.macs)),
            _time_cell(cost),
        ]
        for cost in costs
    ]
    table(header, body, colours, "Parameters, multiply-adds and measured time of every network", costs)


def _time_cell(cost: CostView) -> Markup:
    if cost.latency is None:
        return number(DASH, reason="Not measured.")
    late = cost.latency
    return number(milliseconds(late.median_ms), f"quartiles {late.q1_ms:.1f} to {late.q3_ms:.1f}")
