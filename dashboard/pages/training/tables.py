"""The table beside the training curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import DASH, NBSP, count
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, table, text
from dashboard.views.training_curves import (
    TrainingCurvesView,
    best_accuracy,
    best_words,
    hours_words,
    late_words,
    seconds_words,
)

TOO_SHORT = "Fewer than four epochs: too few to say."


def training_table(trainings: Sequence[TrainingCurvesView], names: Mapping[str, str]) -> None:
    """Show one row per training: which epoch was best, what the end still gained, how long an epoch takes."""
    colours = palette()
    header = [
        ("Training", ""),
        ("Best epoch", "number"),
        ("Validation", "number"),
        ("Late gain", "number"),
        ("An epoch", "number"),
        ("In all", "number"),
    ]
    body = [
        [
            text(
                names[training.checkpoint.name],
                f"recipe {training.recipe}" + (f", {len(training.folds)} folds" if training.folds else ""),
                colours.family(training.checkpoint.network.family),
            ),
            number(best_words(training)),
            number(best_accuracy(training)),
            number(late_words(training), _verdict(training), TOO_SHORT),
            number(seconds_words(training.epoch_seconds), f"{count(round(training.images_per_second))}{NBSP}faces/s"),
            number(hours_words(training.hours)),
        ]
        for training in trainings
    ]
    table(header, body, colours, "Best epoch, late gain, time per epoch and in all of every training", trainings)


def _verdict(training: TrainingCurvesView) -> str:
    if late_words(training) == DASH:
        return ""
    return "still rising" if training.is_rising else "levelled off"
