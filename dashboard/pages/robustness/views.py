"""What corrupted faces do to networks: what a page is given about it, and how it says so. Shares are 0..1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from dashboard.formatting import count, estimate, percent, points, points_span, several, signed

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.comparisons import PairView
    from dashboard.views.corruptions import CorruptionView
    from fer_core.evaluation.intervals import Estimate
    from fer_core.robustness.alignment import Alignment
    from fer_core.robustness.scores import RobustnessSummary

NOTHING = "Not measured yet. Run `fer robustness --all` where the data are."
HOW = (
    "Corrupted: mean accuracy over twelve corruptions at five severities each, on a sample of the test faces, the same "
    "for all; one minus it is the mean corruption error. Flips under mirroring: answers that change when the face is "
    "mirrored. Attention bypassed: accuracy with all channel and spatial attention gates forced to one, minus accuracy "
    "as trained, in points (paired interval, exact McNemar test). Unchanged and mirrored: Wilson 95 %; corrupted: 95 % "
    "interval over faces."
)

HOW_LEVELLED = (
    "Validation faces, turned by the tilt and then by what their landmarks say (CenterFace), as `fer predict "
    "--level-eyes` turns them; n: faces whose landmarks were found, which all of a row's numbers are of. Wilson 95 %; "
    "difference in points with its paired interval, exact McNemar test."
)


@dataclass(frozen=True)
class RobustnessView:
    """What corruptions of its test faces do to a checkpoint's network.

    `curves` are accuracies at severity 0 to 5 by corruption, `means` those over severities 1 to 5.
    """

    checkpoint: CheckpointView
    summary: RobustnessSummary
    curves: Mapping[str, tuple[Estimate, ...]]
    means: Mapping[str, Estimate]


@dataclass(frozen=True)
class AlignmentView:
    """What level eyes are worth to a checkpoint; `alignment` is how the owner of its data set aligned the faces."""

    checkpoint: CheckpointView
    alignment: str
    measured: Alignment


def robustness_summary(
    views: Sequence[RobustnessView], lead: PairView | None, corruptions: Sequence[CorruptionView]
) -> str:
    """Say who has most corrupted faces right and whether more than the next; what hurts most; what mirroring does.

    Args:
        views: the most robust first; lead: the verdict on the first against the second, None without one.
    """
    if not views:
        return NOTHING
    title, best = views[0].checkpoint.network.title, views[0].summary
    opening = (
        f"**{title}** has most corrupted faces right, {estimate(best.corrupted)}, "
        f"{points(best.drop.value)} {_direction(best.drop.value)} than unchanged ones"
    )
    return f"{opening}{_next(views, lead)}. {_hardest(views, corruptions)} {_mirrored(views)}"


def _direction(drop: float) -> str:
    return "fewer" if drop >= 0 else "more"


def _next(views: Sequence[RobustnessView], lead: PairView | None) -> str:
    if len(views) == 1:
        return "; there is nothing to compare it with"
    runner_up = views[1].checkpoint.network.title
    if lead is None:
        return f"; {runner_up} was measured on other faces"
    found_lead, family = lead.verdict.difference, lead.verdict.question.family_size
    together = f", adjusted for {count(family)} pairs" if family > 1 else ""
    measured = f"{signed(found_lead.value)} points, {points_span(found_lead)}{together}"
    seeds = "; one seed: no conclusion about the design" if lead.verdict.is_one_seed and not lead.unequal else ""
    if lead.unequal:
        return f"; not ranked against {runner_up} ({measured}), since more than the network differs: {lead.unequal}"
    if lead.is_ranked:
        return f", more than {runner_up} ({measured}){seeds}"
    return f"; {lead.status} against {runner_up} ({measured}){seeds}"


def _hardest(views: Sequence[RobustnessView], corruptions: Sequence[CorruptionView]) -> str:
    means = {corruption.title: fmean(row.means[corruption.name].value for row in views) for corruption in corruptions}
    worst = min(means, key=means.__getitem__)
    return f"Hardest of all: {worst.lower()}, with {percent(means[worst], 0)} right on average."


def _mirrored(views: Sequence[RobustnessView]) -> str:
    shares = sorted(view.summary.mirror_changes.value for view in views)
    ends = list(dict.fromkeys(percent(share, 0) for share in (shares[0], shares[-1])))
    return f"Mirroring a face flips {' to '.join(ends)} of the answers."


def bypassed(views: Sequence[RobustnessView]) -> str:
    """Say what bypassing its attention costs each network that has some; "" if none has."""
    known = {view.checkpoint.network.title: view.summary.gates.difference for view in views if view.summary.gates}
    if not known:
        return ""
    lost = [f"{title} {points(gap.value)}" for title, gap in known.items() if gap.high < 0]
    idle = [title for title, gap in known.items() if gap.high >= 0]
    parts = [f"Bypassing attention costs {several(lost)}"] if lost else []
    if idle:
        parts.append(f"no loss is resolved for {several(idle)}")
    sentence = "; ".join(parts)
    opening = f"{sentence[0].upper()}{sentence[1:]}, each network tested for itself"
    return f"{opening}. A network trained without attention would have adapted: this is not its worth."


def not_measured(names: Sequence[str]) -> str:
    """Say whose answers to corrupted faces are not stored; "" if all are."""
    return f"Not measured yet: {several(list(names))}. Run fer robustness --all where the data are." if names else ""


def levelled_summary(views: Sequence[AlignmentView]) -> str:
    """Say what level eyes change on faces as the set holds them and on the most tilted ones; "" if not measured."""
    if not views:
        return ""
    sentences = [
        f"**{view.checkpoint.network.title}**: {signed(view.measured.as_held.gain.value)} points "
        f"({points_span(view.measured.as_held.gain)}) on faces as the set holds them, {_won_back(view.measured)}."
        for view in views
    ]
    return f"Level eyes. Alignment of these faces: {views[0].alignment}. {' '.join(sentences)}"


def _won_back(measured: Alignment) -> str:
    """Say how much of what the largest tilts cost is won back, over both directions."""
    most = max(score.tilt for score in measured.tilts)
    ends = [score for score in measured.tilts if abs(score.tilt) == most]
    n = sum(score.found for score in ends)
    lost = sum(score.upright - score.tilted for score in ends) / n
    won = sum(score.levelled - score.tilted for score in ends) / n
    return f"{signed(won)} at a tilt of {most}°, which costs {points(lost)}"
