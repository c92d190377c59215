"""What a training wrote epoch by epoch, read back from its history.jsonl. No torch.

A training over folds writes the fold into each line; it then has a curve a fold, and `mean_curve` over them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean
from typing import Any

from fer_core.checkpoints.verify import HISTORY
from fer_core.errors import CheckpointError
from fer_core.schema import problems

NUMBERS = {"train_loss": float, "validation_accuracy": float, "lr": float, "seconds": float}
LINE = {"epoch": int, **NUMBERS}

STILL_RISING = 0.005  # half a point of validation accuracy, about 18 of FER2013's 3,589 faces


@dataclass(frozen=True)
class Epoch:
    """One epoch: its number from 1, mean loss, validation accuracy 0..1, the rate at its end, seconds of training."""

    epoch: int
    train_loss: float
    validation_accuracy: float
    lr: float
    seconds: float


@dataclass(frozen=True)
class Curve:
    """The epochs of one training in order, at least one; `fold` is None unless it is one of several."""

    fold: int | None
    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The first epoch with the highest validation accuracy: the one that a training keeps."""
        return max(self.epochs, key=lambda one: one.validation_accuracy)

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours of training until the end of each epoch, validation left out."""
        done, found = 0.0, []
        for one in self.epochs:
            done += one.seconds / 3600
            found.append(done)
        return tuple(found)

    @property
    def late_gain(self) -> float | None:
        """Mean validation accuracy of the last fifth of the epochs minus that of the fifth before; None below four."""
        fifth = max(2, len(self.epochs) // 5)
        if len(self.epochs) < 2 * fifth:
            return None
        last, before = self.epochs[-fifth:], self.epochs[-2 * fifth : -fifth]
        return fmean(one.validation_accuracy for one in last) - fmean(one.validation_accuracy for one in before)

    @property
    def is_rising(self) -> bool:
        """Whether the training may have ended too early.

        Its last fifth gained `STILL_RISING` or more, and its best epoch is the last or the one before.
        """
        is_late = self.best.epoch >= len(self.epochs) - 1
        return is_late and self.late_gain is not None and self.late_gain >= STILL_RISING


def read_history(folder: Path | str) -> tuple[Curve, ...]:
    """Read a checkpoint's or a run's history: one curve, or one a fold in the order of folds.

    Raises:
        CheckpointError: if the file is missing, is not one JSON object a line, lacks numbers, or its epochs do not
            count up from 1.
    """
    path = Path(folder) / HISTORY
    records = _records(path)
    curves = []
    for fold in sorted({record.get("fold") for record in records}, key=lambda fold: -1 if fold is None else fold):
        names = [one.name for one in fields(Epoch)]
        epochs = [Epoch(**{name: record[name] for name in names}) for record in records if record.get("fold") == fold]
        if [one.epoch for one in epochs] != list(range(1, len(epochs) + 1)):
            where = "" if fold is None else f" of fold {fold}"
            raise CheckpointError(
                f"the epochs{where} in {path} are {_short([one.epoch for one in epochs])}; they must count up from 1, "
                "so restore the file or train again"
            )
        curves.append(Curve(fold, tuple(epochs)))
    return tuple(curves)


def mean_curve(curves: Sequence[Curve]) -> Curve:
    """Return the mean over folds, as far as all of them go; a single curve is its own mean."""
    if len(curves) == 1:
        return curves[0]
    together = zip(*(curve.epochs for curve in curves), strict=False)
    return Curve(
        None,
        tuple(Epoch(some[0].epoch, **{name: fmean(getattr(one, name) for one in some) for name in NUMBERS})
              for some in together),
    )  # fmt: skip


def _records(path: Path) -> list[dict[str, Any]]:
    again = "restore the file or train again"
    if not path.is_file():
        raise CheckpointError(f"{path} is missing, so nothing is known of this training's course; {again}")
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        raise CheckpointError(f"{path} is not one JSON object a line ({error}); {again}") from error
    if not records:
        raise CheckpointError(f"{path} is empty: no epoch was finished; {again}")
    found = [one for number, record in enumerate(records, 1) for one in _line_problems(number, record)]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise CheckpointError(f"{path} has no whole epoch in each line: {found[0]}{more}; {again}")
    return records


def _line_problems(number: int, record: Any) -> list[str]:
    known = {key: record[key] for key in LINE if key in record} if isinstance(record, dict) else record
    found = problems(known, LINE, f"line {number}")
    if not found and not isinstance(record.get("fold"), (int, type(None))):
        found.append(f"line {number}.fold is {record['fold']!r}; it must be a whole number")
    return found


def _short(numbers: list[int]) -> str:
    words = ", ".join(map(str, numbers[:6]))
    return words if len(numbers) <= 6 else f"{words}, ..."
