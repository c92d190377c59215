"""Where each training of a suite stands, told by the folders alone, so that nothing can get out of step with them.

checkpoints/<name>/card.json has been written: finished. runs/<name>/history.jsonl: begun; it counts the whole epochs,
which no kill costs (over folds, in fold-<i>/ beneath).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from fer_core.checkpoints.card import FILE_NAME
from fer_core.checkpoints.history import Curve, read_history
from fer_core.data import protocols
from fer_core.errors import CheckpointError, ConfigError
from fer_core.profiling import profiles
from fer_core.training import recipes
from fer_core.training.config import Request
from fer_core.training.pretrained import IMAGENET
from fer_core.training.recipes import VOTES

DONE, BEGUN, WAITING = "done", "half-done", "waiting"


@dataclass(frozen=True)
class RunStatus:
    """One training: how far it is.

    Attributes:
        state: DONE, BEGUN or WAITING.
        epochs, total: whole epochs done and asked for, over all folds.
        best: validation accuracy 0..1 of the best epoch so far, None before the first.
        epoch_seconds: median time of an epoch on this machine, None if none was trained here.
        needs: checkpoints that it learns from: its teacher, its starting weights.
    """

    request: Request
    state: str
    epochs: int
    total: int
    best: float | None
    epoch_seconds: float | None
    needs: tuple[str, ...]

    @property
    def left(self) -> int:
        """Epochs that are still to be trained."""
        return 0 if self.state == DONE else max(0, self.total - self.epochs)


def run_status(request: Request, runs: Path, checkpoints: Path) -> RunStatus:
    """Look a training up in its folders. Raises ConfigError for a recipe that is not valid."""
    recipe = recipes.resolve(request.recipe, request.changes)
    is_done = (checkpoints / request.name / FILE_NAME).is_file()
    curves = _curves(runs / request.name)
    epochs = [epoch for curve in curves for epoch in curve.epochs]
    state = DONE if is_done else BEGUN if epochs else WAITING
    return RunStatus(
        request=request,
        state=state,
        epochs=len(epochs),
        total=recipe.epochs * (protocols.folds_of(request.protocol) if request.protocol else 1),
        best=max((epoch.validation_accuracy for epoch in epochs), default=None),
        epoch_seconds=median(epoch.seconds for epoch in epochs) if epochs else None,
        needs=tuple(name for name in (recipe.teacher, recipe.init_from) if name not in ("", VOTES, IMAGENET)),
    )


def _curves(folder: Path) -> list[Curve]:
    """Return what a run wrote so far; a history that cannot be read counts as none, `fer train` will say why."""
    curves: list[Curve] = []
    for place in [folder, *sorted(folder.glob("fold-*"))]:
        try:
            curves.extend(read_history(place))
        except (CheckpointError, OSError):
            continue
    return curves


def seconds_left(statuses: Sequence[RunStatus]) -> dict[str, float | None]:
    """Estimate the seconds of training that each still needs, by name; None where nothing like it was ever timed.

    A training that has begun goes on at its own pace; another takes as long an epoch as the others on its data set
    take for as many multiply-adds.
    """
    macs = _macs()
    paces: dict[str, list[float]] = {}
    for status in statuses:
        size = macs.get(status.request.network)
        if status.epoch_seconds and size:
            paces.setdefault(status.request.data, []).append(status.epoch_seconds / size)
    return {status.request.name: _left(status, paces.get(status.request.data), macs) for status in statuses}


def _left(status: RunStatus, paces: Sequence[float] | None, macs: Mapping[str, int]) -> float | None:
    if status.left == 0:
        return 0.0
    if status.epoch_seconds:
        return status.left * status.epoch_seconds
    size = macs.get(status.request.network)
    return status.left * median(paces) * size if paces and size else None


def _macs() -> dict[str, int]:
    try:
        return {name: profile.macs for name, profile in profiles.read().items()}
    except ConfigError:  # without profiles there is no estimate, but there can be training
        return {}
