"""Kinds of corruption, and what checkpoints answered to corrupted test faces, as stored. No torch, no data set."""

from __future__ import annotations

from pathlib import Path

from dashboard.store.checkpoints import card_of
from dashboard.store.file_cache import cached_by_file
from dashboard.views.corruptions import CorruptionView
from fer_core.checkpoints.corruption_predictions import (
    StoredCorruptionPredictions,
    corruption_predictions_path,
    load_corruption_predictions,
)
from fer_core.errors import FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.robustness import scores
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES


def corruptions() -> tuple[CorruptionView, ...]:
    """Return the kinds of corruption, with what their severities mean."""
    return tuple(
        CorruptionView(corruption.name, corruption.title, tuple(corruption.words(severity) for severity in SEVERITIES))
        for corruption in CORRUPTIONS.values()
    )


def has_corruption_predictions(name: str) -> bool:
    """Whether a checkpoint's answers to corrupted test faces are stored. Raises CheckpointError."""
    return _path(name).is_file()


def corruption_predictions(name: str) -> StoredCorruptionPredictions:
    """Return what a checkpoint answered to corrupted test faces. Raises CheckpointError if missing or damaged."""
    card, path = card_of(name), _path(name)
    return _read(path, name, card.shipped_sha256)


def flip_changes(name: str) -> Estimate | None:
    """Return the share of a checkpoint's answers that change when faces are mirrored; None where not stored."""
    try:
        return scores.robustness_summary(corruption_predictions(name)).mirror_changes
    except FerError:  # the Robustness page says why
        return None


def _path(name: str) -> Path:
    card = card_of(name)
    return corruption_predictions_path(card.home, card.data.test_split)


@cached_by_file(maxsize=64)
def _read(path: Path, name: str, weights: str | None) -> StoredCorruptionPredictions:
    """Other `weights` are a new question: what is stored may not be theirs."""
    card = card_of(name)
    return load_corruption_predictions(card, card.data.test_split)
