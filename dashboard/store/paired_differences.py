"""Two checkpoints on the same faces, from their stored logits. No torch, no data set."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.logits import SplitLogits, logits_of, people_of, split_logits
from dashboard.store.same_faces import apart, faces_of
from dashboard.views.checkpoints import DifferenceView
from fer_core.checkpoints.card import Card
from fer_core.errors import DataError
from fer_core.evaluation import confusion_difference as core
from fer_core.evaluation import resampling


def paired_difference(one: str, other: str) -> DifferenceView:
    """Return the first confusion matrix minus the second, cell by cell.

    Raises:
        FerError: if they were not scored on the same faces, or logits are missing or damaged.
    """
    first, second = card_of(one), card_of(other)
    sides = both_split_logits(first, second)
    difference = _difference(*sides, len(first.expressions))  # refuses answers to other faces
    return DifferenceView(
        one=checkpoint_view(first),
        other=checkpoint_view(second),
        expressions=first.expressions,
        n=difference.n,
        shares=_nested(np.nan_to_num(difference.shares)),
        counts=_nested(difference.counts),
        is_distinct=_nested(difference.is_distinct),
        low=_known(difference.low),
        high=_known(difference.high),
    )


def class_differences(one: str, other: str) -> tuple[resampling.ClassDifference, ...]:
    """Return recall, precision and F1 of the first minus the second, expression by expression. Raises FerError."""
    first, second = card_of(one), card_of(other)
    return _class_differences(*both_split_logits(first, second), first.expressions)


def both_split_logits(one: Card, other: Card) -> tuple[SplitLogits, SplitLogits]:
    """Return both sides' answers. Raises DataError if the two answer to different data sets."""
    if one.expressions != other.expressions or one.data.name != other.data.name:
        raise DataError(
            f"{one.name} answers to {one.data.title} and {other.name} to {other.data.title}; only networks that "
            "were scored on the same faces can be compared, so choose two of one data set"
        )
    return split_logits(one), split_logits(other)


@lru_cache(maxsize=32)
def _class_differences(
    first: SplitLogits, second: SplitLogits, expressions: tuple[str, ...]
) -> tuple[resampling.ClassDifference, ...]:
    return resampling.class_differences(*paired_predictions(first, second), expressions, people_of(first, second))


@lru_cache(maxsize=128)
def _difference(first: SplitLogits, second: SplitLogits, size: int) -> core.ConfusionDifference:
    return core.confusion_difference(*paired_predictions(first, second), size, people_of(first, second))


def paired_predictions(one: SplitLogits, other: SplitLogits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the labels and both networks' answers, (N,) each, for the same faces in the same order."""
    if mismatch := apart(faces_of(other), faces_of(one)):
        raise DataError(
            f"{Path(other.folder).name} was scored on {mismatch}, as {Path(one.folder).name} was; only answers to the "
            "same faces can be compared, so evaluate both on one split of one edition"
        )
    first, second = logits_of(one), logits_of(other)
    return first.labels, first.logits.argmax(axis=1), second.logits.argmax(axis=1)


def _nested(values: np.ndarray) -> tuple[tuple[Any, ...], ...]:
    """(K, K) -> a tuple of K tuples of plain Python numbers."""
    return tuple(tuple(row) for row in values.tolist())


def _known(values: np.ndarray) -> tuple[tuple[float | None, ...], ...]:
    """(K, K) with nan for what cannot be known -> a tuple of K tuples with None for it."""
    return tuple(tuple(None if np.isnan(value) else float(value) for value in row) for row in values)
