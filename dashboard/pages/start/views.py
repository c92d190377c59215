"""Rows of the start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.claims import ClaimRowView


@dataclass(frozen=True)
class PaperView:
    """One claim of a paper beside `ours`, the run that stands for its network on the claim's data set."""

    ours: CheckpointView
    claim: ClaimRowView
