"""Which network to take within a budget, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import NBSP, score, several
from dashboard.pages.device.views import MB, MILLIONS, MS
from dashboard.store.verdicts import sentence_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.device.views import CandidateView, ChoiceView
    from dashboard.views.comparisons import PairView

NAMES = {MS: "Time", MB: "Megabytes", MILLIONS: "Parameters"}
UNITS = {MS: "ms", MB: "MB", MILLIONS: "M parameters"}
RESTORE = "fer peers restore NAME FILE"


def amount(value: float, quantity: str) -> str:
    """Write a cost with its unit: 6.7511 -> "6.75 ms"."""
    return f"{digits(value)}{NBSP}{UNITS[quantity]}"


def digits(value: float) -> str:
    """Write a cost: 6.7511 -> "6.75", 0.131548 -> "0.13", 1234.5 -> "1,234"."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def column_digits(value: float) -> str:
    """Write a cost as `digits`, with its zeros, so that a column's numbers are equally exact: 1.4 -> "1.40"."""
    return digits(value) if value >= 100 else f"{value:#.3g}" if value >= 1 else f"{value:#.2g}"


def recommended(found: ChoiceView) -> str:
    """Answer which network to take, or that none fits, and what comes nearest."""
    if found.within:
        best = found.within[0]
        which = "within this budget" if found.limits else "without any limit"
        row = best.row
        return (
            f"**{row.network.title}** is best on validation faces {which}: {score(row.accuracy, row.seeds)} on "
            f"{row.scored_on}, {_costs(best)}.{_caution(best)}"
        )
    if found.nearest is None:
        return "**None can be checked** against this budget."
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
    """Say which networks could not be held against the budget, why, and what measures them; "" for none."""
    public = [candidate.row.network.title for candidate in found.unknown if candidate.origin]
    n = len(found.unknown) - len(public)
    parts = [f"{n} {'network' if n == 1 else 'networks'}; fer costs NAME times what has weights"] if n else []
    if public:
        parts.append(f"{several(public)}, public; {RESTORE} brings a file back (docs/peers.md), then fer costs NAME")
    return f"Not checked, for want of a measured time: {'. And '.join(parts)}." if parts else ""


def _caution(best: CandidateView) -> str:
    """What a score of a network from elsewhere is worth."""
    return f" It is {best.origin}: its training may have used these faces, which flatters it." if best.origin else ""


def _costs(candidate: CandidateView) -> str:
    known = [amount(cost, quantity) for quantity in UNITS if (cost := candidate.cost(quantity)) is not None]
    return several(known)


def how_estimated(found: Sequence[CandidateView]) -> str:
    """Say where times, megabytes and the choice come from."""
    stamp = next((candidate.latency.stamp for candidate in found if candidate.latency), "No time was measured.")
    return (
        f"{stamp} A device k times slower than this machine is taken to need k times as long. Megabytes: 10^6 bytes of "
        "the float32 ONNX file, where it was not timed 4 bytes a parameter; int8 needs about a quarter. Of each "
        "network the training that validation faces prefer, as the mean of its seeds; among those within the budget "
        "the one with the highest validation accuracy. Test faces have no say. A public network's file holds its own "
        "pre-processing and is timed with it; on which faces it was trained and chosen is not known here, or they are "
        "these."
    )
