"""What networks cost, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import NBSP, millions, milliseconds
from dashboard.plotting.network_costs import QUANTITIES
from dashboard.views.checkpoints import CostView


def cheapest(costs: Sequence[CostView]) -> str:
    """Answer what the networks cost: who computes least, who is fastest here."""
    least = min(costs, key=lambda cost: cost.macs)
    timed = [cost for cost in costs if cost.latency]
    opening = (
        f"**{least.network.title}** computes least, {millions(least.macs)} multiply-adds a face of {least.size_px} px"
    )
    if not timed:
        return f"{opening}; no time was measured."
    fastest = min(timed, key=lambda cost: cost.latency.median_ms)
    near = [cost for cost in timed if cost is not fastest and cost.latency.q1_ms <= fastest.latency.q3_ms]
    overlap = f" (quartiles overlap with {len(near)} other{'s' if len(near) > 1 else ''})" if near else ""
    if fastest is least:
        return f"{opening}, and has the least median time, {_time(fastest)}{overlap}."
    if least.latency is None:
        return f"{opening}; the least median time is **{fastest.network.title}**'s, {_time(fastest)}{overlap}."
    return (
        f"{opening}, and takes {_time(least)}; the least median time is **{fastest.network.title}**'s, "
        f"{_time(fastest)} for {millions(fastest.macs)}{overlap}. Multiply-adds do not tell the time."
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


def size_words(size_px: str) -> str:
    """Name a size of the face."""
    return f"{size_px}{NBSP}px"
