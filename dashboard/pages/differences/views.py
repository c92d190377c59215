"""Rows of the page of two networks: how many faces of each kind, and the faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.comparisons import FaceView

# Kinds of faces, by the answers of the first network, A, and the second, B. A face can be of several kinds.
BOTH_WRONG, ONLY_A, ONLY_B, OTHER_ANSWERS = "both-wrong", "only-a", "only-b", "other-answers"
CONFIDENTLY_WRONG, PEOPLE_SPLIT = "confidently-wrong", "people-split"
DISAGREEMENT, CONFIDENCE = "disagreement", "confidence"
ORDERS = (DISAGREEMENT, CONFIDENCE)


@dataclass(frozen=True)
class AloneView:
    """Faces of one expression: how many there are, and how many only A and only B has right."""

    expression: str
    n: int
    only_a: int
    only_b: int


@dataclass(frozen=True)
class ComparedView:
    """Two checkpoints on the same `n` faces: faces of each kind, and by expression those that one alone has right.

    `counts` lacks PEOPLE_SPLIT where nobody's votes are known.
    """

    a: CheckpointView
    b: CheckpointView
    n: int
    counts: Mapping[str, int]
    alone: tuple[AloneView, ...]


@dataclass(frozen=True)
class ComparedFaceView:
    """A face with both answers, and the total variation distance of their probabilities, 0..1."""

    face: FaceView
    disagreement: float

    @property
    def confidences(self) -> tuple[float, ...]:
        """The probability of each network's answer, 0..1."""
        return tuple(max(shares) for shares in self.face.probabilities)

    @property
    def cell(self) -> tuple[str, str]:
        """The cell of a confusion matrix, (true, called), that the face is chosen in: a mistake where there is one."""
        true = self.face.true
        return true, next((predicted for predicted in self.face.predicted if predicted != true), true)
