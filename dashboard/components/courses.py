"""The table beside the training curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.courses import CourseView, best_accuracy, best_words, hours_words, late_words, seconds_words
from dashboard.wording import DASH, NBSP, count

TOO_SHORT = "Fewer than four epochs: too few to say."


def course_table(found: Sequence[CourseView], names: Mapping[str, str]) -> None:
    """Show a row a training: which epoch was kept, what the end still gained, how long an epoch takes."""
    colours = palette()
    header = [
        ("Training", ""),
        ("Kept epoch", "number"),
        ("Validation", "number"),
        ("Late gain", "number"),
        ("An epoch", "number"),
        ("In all", "number"),
    ]
    body = [
        [
            cells.text(
                names[one.checkpoint.name],
                f"recipe {one.recipe}" + (f", {len(one.folds)} folds" if one.folds else ""),
                colours.family(one.checkpoint.network.family),
            ),
            cells.number(best_words(one)),
            cells.number(best_accuracy(one)),
            cells.number(late_words(one), _verdict(one), TOO_SHORT),
            cells.number(seconds_words(one.epoch_seconds), f"{count(round(one.images_per_second))}{NBSP}faces/s"),
            cells.number(hours_words(one.hours)),
        ]
        for one in found
    ]
    cells.table(header, body, colours, "Kept epoch, late gain, time per epoch and in all of every training")


def _verdict(course: CourseView) -> str:
    if late_words(course) == DASH:
        return ""
    return "still rising" if course.is_rising else "levelled off"
