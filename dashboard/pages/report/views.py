"""What the report is told of each of its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView, LatencyView, MatrixView
    from dashboard.views.claims import ClaimRowView


@dataclass(frozen=True)
class EntryView:
    """A checkpoint in the report, with its matrix and what identifies the numbers.

    `claim` is None where no paper makes one, `latency` where no time was measured. `weights` and `answers` are SHA-256
    sums, `weights` "" where the hash of what was scored is not known. `address` is where the network's page can be
    opened, "" for nowhere.
    """

    row: CheckpointView
    matrix: MatrixView
    claim: ClaimRowView | None
    latency: LatencyView | None
    weights: str
    answers: str
    address: str
