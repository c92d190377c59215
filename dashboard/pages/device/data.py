"""What networks cost on a device, and which to take within a budget. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.pages.device.views import CandidateView, ChoiceView
from dashboard.store.checkpoints import card_of
from dashboard.store.costs import latency_of
from dashboard.store.recommendation import by_validation
from dashboard.views.checkpoints import CheckpointView


def candidates(placed: Sequence[CheckpointView], slower: float) -> list[CandidateView]:
    """Return networks with their cost on a device that is `slower` times slower than the one they were timed on.

    Args:
        placed: as `store.recommendation.placed_on` gives them.

    Raises:
        FerError: if a card cannot be read.
    """
    return [_candidate(row, slower) for row in by_validation(placed)]


def choice(found: Sequence[CandidateView], limits: Mapping[str, float]) -> ChoiceView:
    """Sort candidates, in their order, by whether they keep every limit (quantity -> above 0)."""
    known = [(candidate, excess) for candidate in found if (excess := candidate.excess(limits)) is not None]
    within = tuple(candidate for candidate, excess in known if excess <= 1)
    nearest = None if within or not known else min(known, key=lambda pair: pair[1])[0]
    return ChoiceView(
        limits=limits,
        within=within,
        beyond=tuple(candidate for candidate, excess in known if excess > 1),
        unknown=tuple(candidate for candidate in found if candidate.excess(limits) is None),
        nearest=nearest,
    )


def _candidate(row: CheckpointView, slower: float) -> CandidateView:
    latency, weights = latency_of(row), card_of(row.name).weights
    return CandidateView(
        row=row,
        latency=latency,
        ms=slower * latency.median_ms if latency else None,
        mb=weights.bytes / 1e6 if weights else None,
    )
