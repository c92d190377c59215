"""One face, changed on purpose: what a page is told of the networks' answers to it, and how it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.formatting import percent, several
from dashboard.views.checkpoints import CheckpointView

MIRROR, BOX = "mirror", "box"  # changes without a severity


@dataclass(frozen=True)
class PerturbedAnswersView:
    """What one network says of the face as it is and of the changed one; shares (K,) in the order of `expressions`."""

    checkpoint: CheckpointView
    expressions: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def said(self) -> str:
        """Its answer to the face as it is."""
        return self.expressions[self.before.index(max(self.before))]

    @property
    def says(self) -> str:
        """Its answer to the changed face."""
        return self.expressions[self.after.index(max(self.after))]


@dataclass(frozen=True)
class SeverityCurveView:
    """The probability (6,) of a network's first answer, `expression`, while the face changes from severity 0 to 5."""

    checkpoint: CheckpointView
    expression: str
    probabilities: tuple[float, ...]
    answers: tuple[str, ...]


def replied(replies: Sequence[PerturbedAnswersView]) -> str:
    """Say who changes its answer."""
    turned = [one for one in replies if one.says != one.said]
    if not turned:
        who = "Every network keeps" if len(replies) > 1 else f"{replies[0].checkpoint.network.title} keeps"
        return f"{who} its answer."
    words = [
        f"**{one.checkpoint.network.title}** now says {one.says} ({percent(max(one.after), 0)}) instead of {one.said}"
        for one in turned
    ]
    return f"{several(words)}."


def broken(courses: Sequence[SeverityCurveView]) -> str:
    """Say at which severity each network gives its first answer up, the first to do so first."""
    given_up = {one: _breaks(one) for one in courses}
    order = sorted((one for one in courses if given_up[one]), key=given_up.get)
    kept = [one.checkpoint.network.title for one in courses if not given_up[one]]
    parts = [f"{one.checkpoint.network.title} gives “{one.expression}” up at severity {given_up[one]}" for one in order]
    if kept:
        parts.append(f"{several(kept)} {'keeps its' if len(kept) == 1 else 'keep their'} answer throughout")
    return f"{several(parts)}."


def _breaks(course: SeverityCurveView) -> int:
    """Return the first severity at which the answer is another, 0 for none."""
    return next((place for place, answer in enumerate(course.answers) if answer != course.expression), 0)
