"""What the page of training curves says: which trainings ended too early, and how that was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import machine, points, several
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.training_curves import TrainingCurvesView

AXES = {"epoch": "Epochs", "hours": "Hours"}
WIDELY = 6  # more curves than this are chosen by hand


def default_runs(rows: Sequence[CheckpointView]) -> list[str]:
    """Return what the page opens with: the trainings on the first row's data set, at most `WIDELY`, the best first."""
    same = [row for row in rows if row.data == rows[0].data and row.accuracy is not None]
    return [row.name for row in sorted(same, key=lambda row: -row.accuracy.value)[:WIDELY]]


def training_summary(trainings: Sequence[TrainingCurvesView], names: Mapping[str, str]) -> str:
    """Say which trainings were still rising at their end; `names` is what to call each checkpoint."""
    if not trainings:
        return "Choose a checkpoint to see how its training went."
    known = [course for course in trainings if course.late_gain is not None]
    if not known:
        return "**None** of these trainings has the four epochs that it takes to say whether it was still rising."
    rising = sorted((course for course in known if course.is_rising), key=lambda course: -course.late_gain)
    if not rising:
        which = "trainings" if len(known) == len(trainings) else "trainings of four epochs or more"
        who = f"**{names[known[0].checkpoint.name]}** had" if len(known) == 1 else f"All **{len(known)}** {which} had"
        return f"{who} levelled off before the end."
    who = several([f"**{names[course.checkpoint.name]}** ({points(course.late_gain)})" for course in rising])
    verb = "was" if len(rising) == 1 else "were"
    opening = f"{who} {verb} still rising at the end (points gained by the last fifth): longer training might gain more"
    level = [names[course.checkpoint.name] for course in known if not course.is_rising]
    return f"{opening}; {several(level)} had levelled off." if level else f"{opening}."


def how_measured(trainings: Sequence[TrainingCurvesView]) -> str:
    """Say how the table's numbers were made, and where the trainings ran."""
    machines = several(sorted({machine(course.device) for course in trainings}))
    return (
        "Late gain: mean validation accuracy of the last fifth of the epochs minus that of the fifth before, in "
        "points; half a point or more counts as still rising if the best epoch is the last or the one before. An "
        f"epoch: median, without validation, on {machines}. Validation accuracy chooses the epoch, so it flatters; the "
        "test accuracy stands on the Leaderboard."
    )
