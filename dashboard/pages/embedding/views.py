"""Where a network puts faces: a plane to look at, and distances. Frozen rows, as in `views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.embedding import Spread


@dataclass(frozen=True)
class PlanePoint:
    """A test face in a plane: its row in the data set, its place, its true and its predicted expression."""

    row: int
    x: float
    y: float
    true: str
    predicted: str


@dataclass(frozen=True)
class PlaneView:
    """Where a network puts faces: `explained` are the shares of variance of the two principal components."""

    checkpoint: CheckpointView
    kind: str
    expressions: tuple[str, ...]
    explained: tuple[float, ...]
    size: int
    points: tuple[PlanePoint, ...]


@dataclass(frozen=True)
class SpreadView:
    """How a checkpoint's network spreads n faces in `size` features."""

    checkpoint: CheckpointView
    n: int
    size: int
    spread: Spread
