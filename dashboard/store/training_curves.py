"""How trainings went, from the histories beside the cards. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.file_cache import cached_by_file
from dashboard.views.training_curves import LineView, TrainingCurvesView
from fer_core.checkpoints.history import HISTORY, Curve, mean_curve, read_history
from fer_core.errors import CheckpointError


def training_histories(names: Sequence[str]) -> tuple[tuple[TrainingCurvesView, ...], tuple[str, ...]]:
    """Return the checkpoints' trainings in the order given, and a sentence for each whose history cannot be read."""
    curves, problems = [], []
    for name in names:
        try:
            curves.append(_training_curve(name))
        except CheckpointError as error:
            problems.append(str(error))
    return tuple(curves), tuple(problems)


def _training_curve(name: str) -> TrainingCurvesView:
    card = card_of(name)
    if card.runtime == "onnx":
        raise CheckpointError(f"{card.name} was trained elsewhere; nothing is known of its course")
    curves = _curves(Path(card.folder) / HISTORY)
    mean = mean_curve(curves)
    return TrainingCurvesView(
        checkpoint=checkpoint_view(card),
        recipe=card.training.recipe,
        device=card.training.device,
        line=_line(mean),
        folds=tuple(map(_line, curves)) if len(curves) > 1 else (),
        late_gain=mean.late_gain,
        is_rising=mean.is_rising,
        epoch_seconds=median(epoch.seconds for curve in curves for epoch in curve.epochs),
        images_per_second=card.training.images_per_second,
        hours=sum(curve.hours[-1] for curve in curves),
    )


@cached_by_file(maxsize=256)
def _curves(path: Path) -> tuple[Curve, ...]:
    return read_history(path.parent)


def _line(curve: Curve) -> LineView:
    epochs = curve.epochs
    return LineView(
        fold=curve.fold,
        epochs=tuple(epoch.epoch for epoch in epochs),
        hours=curve.hours,
        accuracy=tuple(epoch.validation_accuracy for epoch in epochs),
        loss=tuple(epoch.train_loss for epoch in epochs),
        rate=tuple(epoch.lr for epoch in epochs),
        best=epochs.index(curve.best),
    )
