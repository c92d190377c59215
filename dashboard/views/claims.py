"""A paper's printed accuracy beside what was measured here, and why the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.formatting import sample_size, several_seeds

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.intervals import Estimate


NOT_REFUTED = "A shortfall here does not refute a paper whose conditions were not met."


@dataclass(frozen=True)
class ClaimRowView:
    """A printed accuracy of the network beside the checkpoint that stands for it on that data set, None without one.

    `printed` is in percent as in the paper. `measured` is the mean accuracy of all `seeds` of that checkpoint's
    training, with an interval over faces and seeds. `difference` is measured minus claimed, None where `reasons` say
    why the two cannot be compared; `deciding` is the weightiest of them in four words or so.
    """

    data_title: str
    printed: str
    split: str
    source: str
    note: str
    ours: CheckpointView | None
    measured: Estimate | None
    seeds: int
    reasons: tuple[str, ...]
    difference: Estimate | None
    deciding: str


def faces_and_seeds(claim: ClaimRowView) -> str:
    """Say on how many faces, and with how many seeds if several, a number beside a claim was measured; "" for none."""
    if claim.ours is None:
        return ""
    faces = sample_size(claim.ours.n)
    return ", ".join(filter(None, (several_seeds(claim.seeds), faces)))


def why_they_differ(claim: ClaimRowView) -> str:
    """Say why a claim and a measurement are not the same, or that they can be compared."""
    if claim.ours is None:
        return "Not trained here on this data set."
    if claim.difference is not None:
        return "Comparable: the same faces, start and schedule."
    return "; ".join(claim.reasons)
