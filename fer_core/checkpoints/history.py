"""What a training wrote epoch by epoch, read back from its history.jsonl. No torch.

A training over folds writes the fold into each line; it then has a curve a fold, and `mean_curve` over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean

from fer_core import files
from fer_core.errors import CheckpointError
from fer_core.records import Amount, Count, Flag, Name, Number, Positive, Record, Share, problems

HISTORY = "history.jsonl"
REMEDY = "restore the file or train again"

STILL_RISING = 0.005  # half a point of validation accuracy, about 18 of FER2013's 3,589 faces


@dataclass(frozen=True)
class Epoch:
    """One epoch: its number from 1, mean loss, validation accuracy 0..1, the rate at its end, seconds of training, and
    how many pictures a second were learned from (None where the file does not say).
    """

    epoch: int
    train_loss: float
    validation_accuracy: float
    lr: float
    seconds: float
    images_per_second: float | None = None


class HistoryLine(Record):
    """One line of the file; older ones do not say how fast and how it was computed, and only folds have a number."""

    epoch: Positive
    train_loss: Number
    validation_accuracy: Share
    lr: Amount
    seconds: Amount
    images_per_second: Amount | None = None
    precision: Name | None = None
    is_fused: Flag | None = None
    fold: Count | None = None


@dataclass(frozen=True)
class Curve:
    """The epochs of one training in order, at least one; `fold` is None unless it is one of several."""

    fold: int | None
    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The first epoch with the highest validation accuracy: the one that a training keeps."""
        return max(self.epochs, key=lambda epoch: epoch.validation_accuracy)

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours of training until the end of each epoch, validation left out."""
        done, hours = 0.0, []
        for epoch in self.epochs:
            done += epoch.seconds / 3600
            hours.append(done)
        return tuple(hours)

    @property
    def late_gain(self) -> float | None:
        """Mean validation accuracy of the last fifth of the epochs minus that of the fifth before; None below four."""
        fifth = max(2, len(self.epochs) // 5)
        if len(self.epochs) < 2 * fifth:
            return None
        last, before = self.epochs[-fifth:], self.epochs[-2 * fifth : -fifth]
        return fmean(epoch.validation_accuracy for epoch in last) - fmean(epoch.validation_accuracy for epoch in before)

    @property
    def is_rising(self) -> bool:
        """Whether the training may have ended too early.

        Its last fifth gained `STILL_RISING` or more, and its best epoch is the last or the one before.
        """
        is_late = self.best.epoch >= len(self.epochs) - 1
        return is_late and self.late_gain is not None and self.late_gain >= STILL_RISING


def read_history(folder: Path | str) -> tuple[Curve, ...]:
    """Read a checkpoint's or a run's history: one curve, or one per fold in the order of folds.

    Raises:
        CheckpointError: if the file is missing, is not one JSON object a line, lacks numbers, or its epochs do not
            count up from 1.
    """
    path = Path(folder) / HISTORY
    lines = _lines(path)
    names = [field.name for field in fields(Epoch)]
    curves = []
    for fold in sorted({line.fold for line in lines}, key=lambda fold: -1 if fold is None else fold):
        epochs = [Epoch(**{name: getattr(line, name) for name in names}) for line in lines if line.fold == fold]
        if [epoch.epoch for epoch in epochs] != list(range(1, len(epochs) + 1)):
            where = "" if fold is None else f" of fold {fold}"
            raise CheckpointError(
                f"the epochs{where} in {path} are {_short([epoch.epoch for epoch in epochs])}; they must count up from "
                f"1, so {REMEDY}"
            )
        curves.append(Curve(fold, tuple(epochs)))
    return tuple(curves)


def mean_curve(curves: Sequence[Curve]) -> Curve:
    """Return the mean over folds, as far as all of them go; a single curve is its own mean."""
    if len(curves) == 1:
        return curves[0]
    return Curve(None, tuple(map(_mean_epoch, zip(*(curve.epochs for curve in curves), strict=False))))


def _mean_epoch(some: Sequence[Epoch]) -> Epoch:
    names = ("train_loss", "validation_accuracy", "lr", "seconds")
    return Epoch(some[0].epoch, **{name: fmean(getattr(epoch, name) for epoch in some) for name in names})


def _lines(path: Path) -> list[HistoryLine]:
    if not path.exists() and not path.is_symlink():
        where = Path(path.parent.name, path.name)
        raise CheckpointError(f"{where} is missing, so nothing is known of this training's course; {REMEDY}")
    text = files.read_text(path, CheckpointError, REMEDY)
    try:
        records = [files.parse_json(line) for line in text.splitlines()]
    except ValueError as error:
        raise CheckpointError(f"{path} is not one JSON object a line ({error}); {REMEDY}") from error
    if not records:
        raise CheckpointError(f"{path} is empty: no epoch was finished; {REMEDY}")
    sentences = [sentence for i, line in enumerate(records, 1) for sentence in problems(HistoryLine, line, f"line {i}")]
    if sentences:
        more = f", and {len(sentences) - 1} more" if len(sentences) > 1 else ""
        raise CheckpointError(f"{path} has no whole epoch in each line: {sentences[0]}{more}; {REMEDY}")
    return [HistoryLine.model_validate(record) for record in records]


def _short(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:6]))
    return shown if len(numbers) <= 6 else f"{shown}, ..."
