"""What networks cost on a device, and which to take within a budget. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.pages.device.views import CandidateView, ChoiceView
from dashboard.store.exports import timed_file
from dashboard.store.recommendation import validated
from dashboard.views.checkpoints import CheckpointView

BYTES = 4  # a parameter, in a float32 file that was not measured


def candidates(placed: Sequence[CheckpointView], slower: float) -> list[CandidateView]:
    """Return networks with their cost on a device that is `slower` times slower than the one they were timed on.

    The best on validation faces stand first.

    Args:
        placed: as `store.recommendation.placed_on` gives them.

    Raises:
        FerError: if a card or the file of costs cannot be read.
    """
    return sorted((_candidate(row, slower) for row in placed), key=lambda candidate: -(candidate.validated or 0.0))


def choice(candidates: Sequence[CandidateView], limits: Mapping[str, float]) -> ChoiceView:
    """Sort candidates, in their order, by whether they keep every limit (quantity -> above 0)."""
    known = [(candidate, excess) for candidate in candidates if (excess := candidate.excess(limits)) is not None]
    within = tuple(candidate for candidate, excess in known if excess <= 1)
    nearest = None if within or not known else min(known, key=lambda pair: pair[1])[0]
    return ChoiceView(
        limits=limits,
        within=within,
        beyond=tuple(candidate for candidate, excess in known if excess > 1),
        unknown=tuple(candidate for candidate in candidates if candidate.excess(limits) is None),
        nearest=nearest,
    )


def _candidate(row: CheckpointView, slower: float) -> CandidateView:
    file = timed_file(row)
    return CandidateView(
        row=row,
        validated=validated(row),
        latency=file.latency if file else None,
        ms=slower * file.latency.median_ms if file else None,
        mb=(file.bytes if file else BYTES * row.params) / 1e6,
    )
