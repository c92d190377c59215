"""The start page's few sentences, and how its networks were chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import NBSP, intervals, points_span
from dashboard.views.claims import NOT_REFUTED
from dashboard.views.found_checkpoints import faces_of

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.claims import ClaimRowView

CAUTION = "Apparent expressions only; not what people feel."


def ranked_on(first: CheckpointView) -> str:
    """Name the faces that a ranking is about; `first` is any of its rows."""
    return f"{faces_of(first)}, ±{NBSP}95{NBSP}%."


def why(claim: ClaimRowView) -> str:
    """Say in four words or so why a measured claim and our number differ, or how far they lie apart."""
    if claim.difference is not None:
        return f"{points_span(claim.difference)} points apart"
    return claim.deciding


def how_chosen(first: CheckpointView) -> str:
    """Say how recommendations were chosen and numbers measured; `first` is any row of the ranking."""
    return (
        "Recommended is the trained network that does best on validation faces, however it was trained; test faces had "
        f"no say. Measured: accuracy, {intervals(first.subjects, 'Wilson 95 % intervals')}; of a mean over seeds, "
        f"over faces and seeds. Why they differ: the weightiest reason; a network's page has all. {NOT_REFUTED}"
    )
