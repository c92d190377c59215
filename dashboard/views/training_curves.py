"""How trainings went: what the page is told, and the sentence about which of them ended too early."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.formatting import DASH, NBSP, percent, signed
from dashboard.views.checkpoints import CheckpointView


@dataclass(frozen=True)
class LineView:
    """One curve: epochs from 1, hours of training until each, and the three numbers that were noted.

    `fold` is None for a whole training and for a mean over folds; `best` is the place of the epoch that was kept.
    """

    fold: int | None
    epochs: tuple[int, ...]
    hours: tuple[float, ...]
    accuracy: tuple[float, ...]
    loss: tuple[float, ...]
    rate: tuple[float, ...]
    best: int


@dataclass(frozen=True)
class TrainingCurvesView:
    """A checkpoint's training: its line, or the mean over `folds`, which is then no kept epoch's.

    `late_gain` is the validation accuracy of the last fifth of the epochs minus the fifth before, None for a training
    too short to say; `is_rising` says whether that is half a point or more with the best epoch at the very end.
    `epoch_seconds` is a median, `hours` the sum over all folds.
    """

    checkpoint: CheckpointView
    recipe: str
    device: str
    line: LineView
    folds: tuple[LineView, ...]
    late_gain: float | None
    is_rising: bool
    epoch_seconds: float
    images_per_second: float
    hours: float


def seconds_words(seconds: float) -> str:
    """48.3 -> "48 s", 130 -> "2 min 10 s", 3.2 -> "3.2 s"."""
    if seconds < 10:
        return f"{seconds:.1f}{NBSP}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return hours_words(seconds / 3600)
    return f"{minutes}{NBSP}min {rest}{NBSP}s" if minutes else f"{rest}{NBSP}s"


def hours_words(hours: float) -> str:
    """0.69 -> "41 min", 2.5 -> "2 h 30 min"."""
    whole, minutes = divmod(round(60 * hours), 60)
    return f"{whole}{NBSP}h {minutes}{NBSP}min" if whole else f"{minutes}{NBSP}min"


def best_words(training: TrainingCurvesView) -> str:
    """Name the epoch that was kept, or the range of them over folds."""
    if not training.folds:
        return f"{training.line.epochs[training.line.best]} of {len(training.line.epochs)}"
    epochs = sorted(line.epochs[line.best] for line in training.folds)
    longest = max(len(line.epochs) for line in training.folds)
    return f"{epochs[0]} to {epochs[-1]} of {longest}" if epochs[0] != epochs[-1] else f"{epochs[0]} of {longest}"


def best_accuracy(training: TrainingCurvesView) -> str:
    """Say the validation accuracy of the epoch that was kept, over folds its mean."""
    lines = training.folds or (training.line,)
    return percent(sum(line.accuracy[line.best] for line in lines) / len(lines))


def late_words(training: TrainingCurvesView) -> str:
    """Say what the last fifth of the epochs gained."""
    return DASH if training.late_gain is None else signed(training.late_gain)
