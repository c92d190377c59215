"""What changed faces do to networks: what a page is told of it, and how it says so. Shares are 0..1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from dashboard.formatting import estimate, percent, points, points_span, several
from dashboard.views.checkpoints import CheckpointView
from fer_core.evaluation.intervals import Estimate

NOTHING = "No reactions to changed faces are stored yet: `fer react --all` writes them; it needs the data set."


@dataclass(frozen=True)
class CorruptionView:
    """A kind of change: its name in the address, its title, and its five severities in words."""

    name: str
    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class GatesView:
    """Accuracy with all attention gates forced to one minus accuracy as trained; p is exact McNemar's."""

    difference: Estimate
    only_trained: int
    only_open: int
    p: float


@dataclass(frozen=True)
class RobustnessView:
    """What changes of its test faces do to a checkpoint's network.

    `clean` is accuracy on all `n` faces; `corrupted` the mean over all changes and severities on `n_corrupted` of them,
    `drop` what that is less than their accuracy unchanged. `mirror_changes` is the share of answers that change when
    the face is mirrored. `curves` are accuracies at severity 0 to 5 by change, `means` those over severities 1 to 5.
    """

    checkpoint: CheckpointView
    n: int
    n_corrupted: int
    clean: Estimate
    corrupted: Estimate
    drop: Estimate
    mirror_changes: Estimate
    gates: GatesView | None
    curves: Mapping[str, tuple[Estimate, ...]]
    means: Mapping[str, Estimate]


def robustness_summary(
    found: Sequence[RobustnessView], lead: Estimate | None, changes: Sequence[CorruptionView]
) -> str:
    """Say who stands changes best, whether the next one differs, what hurts most, and what mirroring does.

    Args:
        found: the most robust first; lead: the first's mean corruption accuracy minus the second's, None without one.
    """
    if not found:
        return NOTHING
    best = found[0]
    opening = (
        f"**{best.checkpoint.network.title}** stands changed faces best: it answers {estimate(best.corrupted)} of them "
        f"right, {points(best.drop.value)} {_direction(best.drop.value)} than unchanged ones"
    )
    return f"{opening}{_next(found, lead)}. {_hardest(found, changes)} {_mirrored(found)}"


def _direction(drop: float) -> str:
    return "fewer" if drop >= 0 else "more"


def _next(found: Sequence[RobustnessView], lead: Estimate | None) -> str:
    if len(found) == 1:
        return "; there is nothing to compare it with"
    other = found[1].checkpoint.network.title
    if lead is None:
        return f"; {other} was asked about other faces"
    if lead.low <= 0:
        return f"; {other} cannot be told from it ({points(lead.value)} behind, interval {points_span(lead)})"
    return f", {points(lead.value)} more than {other} ({points_span(lead)})"


def _hardest(found: Sequence[RobustnessView], changes: Sequence[CorruptionView]) -> str:
    means = {change.title: fmean(one.means[change.name].value for one in found) for change in changes}
    worst = min(means, key=means.__getitem__)
    return f"Hardest of all: {worst.lower()}, with {percent(means[worst], 0)} right on average."


def _mirrored(found: Sequence[RobustnessView]) -> str:
    shares = sorted(one.mirror_changes.value for one in found)
    ends = list(dict.fromkeys(percent(share, 0) for share in (shares[0], shares[-1])))
    return f"Mirroring a face changes {' to '.join(ends)} of the answers."


def gated(found: Sequence[RobustnessView]) -> str:
    """Say what attention gates are worth, for the networks that have some; "" if none has."""
    known = [one for one in found if one.gates is not None]
    if not known:
        return ""
    lost = [
        f"{one.checkpoint.network.title} {points(one.gates.difference.value)}"
        for one in known
        if one.gates.difference.high < 0
    ]
    idle = [one.checkpoint.network.title for one in known if one.gates.difference.high >= 0]
    parts = [f"Attention gates forced open cost {several(lost)}"] if lost else []
    if idle:
        parts.append(f"{several(idle)} {'loses' if len(idle) == 1 else 'lose'} no more than chance would")
    return f"{'; '.join(parts)}. A network trained without gates would have adapted: this is not what gates are worth."


def not_measured(names: Sequence[str]) -> str:
    """Say whose reactions are not stored; "" if all are."""
    return f"Not asked yet: {several(list(names))}; fer react --all does, where the data set lies." if names else ""


def mirrored(title: str, changes: Estimate | None) -> str:
    """Say for one network how often a mirrored face gets another answer; "" where it is not stored."""
    if changes is None:
        return ""
    return f"Mirrored, {estimate(changes)} of the faces get another answer from **{title}**, though they show the same."
