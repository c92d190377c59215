"""Which network to take within a budget, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import NBSP, estimate, several
from dashboard.pages.device.views import MB, MILLIONS, MS
from dashboard.store.verdicts import sentence_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.device.views import CandidateView, ChoiceView
    from dashboard.views.comparisons import PairView

NAMES = {MS: "Time", MB: "Megabytes", MILLIONS: "Parameters"}
UNITS = {MS: "ms", MB: "MB", MILLIONS: "M parameters"}
UNKNOWN = {MS: "no measured time", MB: "no shipped weights"}


def amount(value: float, quantity: str) -> str:
    """Write a cost with its unit: 6.7511 -> "6.75 ms"."""
    return f"{digits(value)}{NBSP}{UNITS[quantity]}"


def digits(value: float) -> str:
    """Write a cost: 6.7511 -> "6.75", 0.131548 -> "0.13", 1234.5 -> "1,234"."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def recommended(found: ChoiceView) -> str:
    """Answer which network to take, or that none fits, and what comes nearest."""
    if found.within:
        best = found.within[0]
        which = "within this budget" if found.limits else "without any limit"
        row = best.row
        return (
            f"**{row.network.title}** is best on validation faces {which}: {estimate(row.accuracy)} on "
            f"{row.data_title} {row.split}, {_costs(best)}."
        )
    if found.nearest is None:
        return f"**None can be checked** against this budget: {_unknown(found)}."
    misses = [
        f"{amount(cost, quantity)}, {amount(cost - limit, quantity)} over the limit"
        for quantity, limit in found.limits.items()
        if (cost := found.nearest.cost(quantity)) > limit
    ]
    return f"Nothing fits this budget. **{found.nearest.row.network.title}** misses it least: {several(misses)}."


def runner_up(found: ChoiceView, pair: PairView | None) -> str:
    """Say which network comes second on validation faces, and what is known of the two; `pair` is their verdict."""
    if pair is None:
        return "No other network fits." if found.within else ""
    one, other = (f"**{row.network.title}**" for row in (pair.one, pair.other))
    return f"Runner-up: {other}, {_costs(found.within[1])}. {sentence_on(pair, one, other)}"


def left_out(found: ChoiceView) -> str:
    """Say which networks could not be held against the budget, "" for none."""
    return f"Not checked: {_unknown(found)}." if found.unknown and (found.within or found.nearest) else ""


def _unknown(view: ChoiceView) -> str:
    parts = []
    for quantity in view.limits:
        if n := sum(candidate.cost(quantity) is None for candidate in view.unknown):
            parts.append(f"{n} {'network has' if n == 1 else 'networks have'} {UNKNOWN[quantity]}")
    return several(parts)


def _costs(candidate: CandidateView) -> str:
    known = [amount(cost, quantity) for quantity in UNITS if (cost := candidate.cost(quantity)) is not None]
    return several(known)


def how_estimated(found: Sequence[CandidateView]) -> str:
    """Say where times, megabytes and the choice come from."""
    stamp = next((candidate.latency.stamp for candidate in found if candidate.latency), "No time was measured.")
    return (
        f"{stamp} A device k times slower than this machine is taken to need k times as long. Megabytes: 10^6 bytes of "
        "the weights' file as shipped, in half precision or 8 bits; an ONNX file or an app's package has another size. "
        "Of each network the run that validation faces prefer; among those within the budget the one with the highest "
        "validation accuracy. Test faces have no say."
    )
