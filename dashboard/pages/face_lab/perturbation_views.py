"""A perturbed face, networks' answers to it, and their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.formatting import percent, several
from dashboard.views.checkpoints import CheckpointView

MIRROR, BOX = "mirror", "box"  # in the address: perturbations without a severity
Edges = tuple[int, int, int, int]  # left, right, top, bottom of a box, in percent of the face


@dataclass(frozen=True)
class Perturbation:
    """What is done to a face, in this order: mirrored, corrupted, a box covered.

    Args:
        severities: 0..5 by a corruption's name, in any order; 0 leaves the face as it is.
        box: its edges; None, or an empty one, covers nothing.
    """

    severities: tuple[tuple[str, int], ...] = ()
    is_mirrored: bool = False
    box: Edges | None = None

    @property
    def effective(self) -> Perturbation:
        """The same without what changes nothing, so that equal faces are one to the caches."""
        is_empty = self.box is None or self.box[0] == self.box[1] or self.box[2] == self.box[3]
        severities = tuple((name, severity) for name, severity in self.severities if severity)
        return replace(self, severities=severities, box=None if is_empty else self.box)

    def at(self, severity: int) -> Perturbation:
        """All of its corruptions at one severity; mirror and box, which have none, are there from 1 on."""
        if severity == 0:
            return Perturbation()
        return replace(self, severities=tuple((name, severity) for name, _ in self.severities))


@dataclass(frozen=True)
class PerturbedAnswersView:
    """One network's answers to the face as it is and to the perturbed one: (K,) each, in the order of `expressions`."""

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
        """Its answer to the perturbed face."""
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
    turned = [reply for reply in replies if reply.says != reply.said]
    if not turned:
        who = "Every network keeps" if len(replies) > 1 else f"{replies[0].checkpoint.network.title} keeps"
        return f"{who} its answer."
    words = [
        f"**{reply.checkpoint.network.title}** now says {reply.says} ({percent(max(reply.after), 0)}) "
        f"instead of {reply.said}"
        for reply in turned
    ]
    return f"{several(words)}."


def broken(curves: Sequence[SeverityCurveView]) -> str:
    """Say at which severity each network gives its first answer up, the first to do so first."""
    given_up = {curve: _breaks(curve) for curve in curves}
    order = sorted((curve for curve in curves if given_up[curve]), key=given_up.get)
    unbroken = [curve.checkpoint.network.title for curve in curves if not given_up[curve]]
    parts = [
        f"{curve.checkpoint.network.title} gives “{curve.expression}” up at severity {given_up[curve]}"
        for curve in order
    ]
    if unbroken:
        parts.append(f"{several(unbroken)} {'keeps its' if len(unbroken) == 1 else 'keep their'} answer throughout")
    return f"{several(parts)}."


def _breaks(curve: SeverityCurveView) -> int:
    """Return the first severity at which the answer is another, 0 for none."""
    return next((place for place, answer in enumerate(curve.answers) if answer != curve.expression), 0)
