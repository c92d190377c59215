"""What networks cost, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import millions, milliseconds
from dashboard.pages.efficiency.charts import QUANTITIES
from dashboard.views.checkpoints import CostView


def cheapest(costs: Sequence[CostView]) -> str:
    """Answer what the networks cost: who computes least, who is fastest here."""
    least = min(costs, key=lambda cost: cost.macs)
    timed = [cost for cost in costs if cost.latency]
    opening = f"**{least.network.title}** computes least, {millions(least.macs)} multiply-adds a face"
    if not timed:
        return f"{opening}; no time was measured."
    fastest = min(timed, key=lambda cost: cost.latency.median_ms)
    if fastest is least:
        return f"{opening}, and is the fastest, {milliseconds(fastest.latency.median_ms)}."
    if least.latency is None:
        return f"{opening}; the fastest measured is **{fastest.network.title}**, {_time(fastest)}."
    return (
        f"{opening}, but takes {_time(least)}; **{fastest.network.title}** is the fastest, {_time(fastest)} for "
        f"{millions(fastest.macs)}. Multiply-adds do not tell the time."
    )


def _time(cost: CostView) -> str:
    return milliseconds(cost.latency.median_ms)


def by_cost(costs: Sequence[CostView], quantity: str) -> list[CostView]:
    """Return the networks that have the quantity ("params", "macs" or "latency"), cheapest first."""
    if quantity == "latency":
        return sorted((cost for cost in costs if cost.latency), key=lambda cost: cost.latency.median_ms)
    return sorted(costs, key=lambda cost: getattr(cost, quantity))


def quantity_words(quantity: str) -> str:
    """Name a cost."""
    return QUANTITIES[quantity][0]
