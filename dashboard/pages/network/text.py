"""What is known about a network, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import NBSP, count, estimate, points_span, signed
from dashboard.views.claims import NOT_REFUTED

if TYPE_CHECKING:
    from dashboard.pages.network.views import RunView
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.claims import ClaimRowView

CLAIMS, COSTS, TRAINED = "The paper's claims beside measurements", "What it costs", "How it was trained"
ELSEWHERE = "It was trained elsewhere, so nothing is known here of its course."
CONFUSES, LOOKS, LIMITS = "What it confuses", "Where it looks", "Limits"
CLAIMS_NOTE = f"Grey italics are claims. {NOT_REFUTED}"


def verdict(run: RunView) -> str:
    """Say what the network scores, what the most accurate one here does, and how its paper's claim stands."""
    row = run.row
    parts = [f"**{row.network.title}** recognises {estimate(row.accuracy)} of {count(row.n)} faces ({row.scored_on})."]
    if run.best is not None:
        parts.append(_beside_best(row, run.best))
    claim = next((claim for claim in run.claims if claim.ours is row), None)
    if claim is not None:
        parts.append(claim_verdict(claim))
    return " ".join(parts)


def _beside_best(row: CheckpointView, best: CheckpointView) -> str:
    if best is row:
        return "No run here scores higher on these faces."
    return f"The highest score here on these faces is {estimate(best.accuracy)}, by {best.network.title}."


def claim_verdict(claim: ClaimRowView) -> str:
    """Say how a measured claim stands; how many reasons forbid comparing, which the table lists."""
    printed = f"The paper claims {claim.printed}{NBSP}%"
    if claim.difference is None:
        reasons = f"{len(claim.reasons)} reasons" if len(claim.reasons) > 1 else "one reason"
        return f"{printed}, which cannot be compared, for {reasons} below."
    gap = claim.difference
    return f"{printed}; ours is {signed(gap.value)} points from it (95 % interval {points_span(gap)})."


def no_claim(row: CheckpointView) -> str:
    """Say that nothing is claimed of a network."""
    return f"No paper that we know of prints an accuracy of {row.network.title}."


def printed_title(run: RunView) -> str:
    """Say how many other numbers are claimed of a network."""
    return f"Other numbers that papers print of it ({len(run.printed)})"


def schedule_words(row: CheckpointView) -> str:
    """Say how a run's schedule differs from its paper's; "" where nobody noted that."""
    return row.schedule_note[:1].upper() + row.schedule_note[1:]


def run_words(row: CheckpointView) -> str:
    """Name a run by what sets it apart from others of its network, with its accuracy."""
    return f"{row.tag} · {estimate(row.accuracy)}"
