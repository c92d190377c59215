"""Rows of a network's page: claims beside measurements, how it was trained, and its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView, LatencyView
    from dashboard.views.claims import ClaimRowView


@dataclass(frozen=True)
class PrintedView:
    """A number that a paper prints: what of, `data_title` where it is of a data set, and where it stands."""

    quantity: str
    of: str
    data_title: str
    value: str
    where: str
    note: str


@dataclass(frozen=True)
class RunView:
    """A checkpoint and what stands around it.

    `best` is the most accurate checkpoint that answers to the same faces, None where none other does. `latency` is at
    the row's own input size, None where it was not timed there. `printed` is what papers print of the network
    besides accuracies. `recipe` has a (setting, value) a row.
    """

    row: CheckpointView
    best: CheckpointView | None
    claims: tuple[ClaimRowView, ...]
    printed: tuple[PrintedView, ...]
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
