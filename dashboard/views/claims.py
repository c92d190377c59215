"""A paper's printed accuracy beside what was measured here, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.intervals import Estimate


NOT_REFUTED = "A shortfall here does not refute a paper whose conditions were not met."


@dataclass(frozen=True)
class ClaimRowView:
    """A printed accuracy of the network beside the checkpoint that stands for it on that data set, None without one.

    `printed` is in percent as in the paper. `difference` is ours minus claimed, None where `reasons` say why the two
    cannot be compared; `deciding` is the weightiest of them in four words or so.
    """

    data_title: str
    printed: str
    split: str
    source: str
    note: str
    ours: CheckpointView | None
    reasons: tuple[str, ...]
    difference: Estimate | None
    deciding: str


def why_they_differ(claim: ClaimRowView) -> str:
    """Say why a claim and a measurement are not the same, or that they can be compared."""
    if claim.ours is None:
        return "Not trained here on this data set."
    if claim.difference is not None:
        return "Comparable: the same faces, start and schedule."
    return "; ".join(claim.reasons)
