"""What the page of a network is told: claims beside measurements, how it was trained, and files to take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView, LatencyView
    from dashboard.views.claims import ClaimRowView


@dataclass(frozen=True)
class RunView:
    """A checkpoint and what stands around it.

    `best` is the most accurate checkpoint that answers to the same faces, None where none other does. `latency` is at
    the row's own input size, None where it was not timed there. `recipe` has a (setting, value) a row.
    """

    row: CheckpointView
    best: CheckpointView | None
    claims: tuple[ClaimRowView, ...]
    latency: LatencyView | None
    weights_bytes: int | None
    recipe: tuple[tuple[str, str], ...]
    command: str


@dataclass(frozen=True)
class DownloadView:
    """A file to take away: what its button says, its name, its kind, and what makes it when somebody asks."""

    title: str
    file_name: str
    mime: str
    read: Callable[[], bytes]
