"""Every score of a checkpoint on a split, from its stored logits and labels.

Conventions, each the one scikit-learn uses by default:
    the predicted class is the largest logit, the first of them at a tie;
    F1 of a class is 2 hits / (rows + predictions): 0 for a class that is present and never hit, undefined (None) for
        a class that is neither in the labels nor predicted;
    macro-F1 is the mean over the classes whose F1 is defined;
    balanced accuracy is the mean recall over the classes that have rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import UNKNOWN, Estimate, bootstrap_confusion, proportion


@dataclass(frozen=True)
class ClassScore:
    """One expression's share of the scores; n counts its rows in the split."""

    expression: str
    n: int
    precision: Estimate
    recall: Estimate
    f1: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that `from_dict` reads."""
        return {
            "expression": self.expression,
            "n": self.n,
            "precision": self.precision.as_dict(),
            "recall": self.recall.as_dict(),
            "f1": self.f1.as_dict(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ClassScore:
        """Rebuild one expression's scores from `as_dict`."""
        parts = {key: Estimate.from_dict(data[key]) for key in ("precision", "recall", "f1")}
        return cls(data["expression"], data["n"], **parts)


@dataclass(frozen=True, eq=False)
class Scores:
    """All scores on one split. Fractions 0..1; `confusion` holds counts (K, K), rows are the true class."""

    n: int
    accuracy: Estimate
    macro_f1: Estimate
    balanced_accuracy: Estimate
    per_class: tuple[ClassScore, ...]
    confusion: np.ndarray

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that `from_dict` reads."""
        return {
            "n": self.n,
            "accuracy": self.accuracy.as_dict(),
            "macro_f1": self.macro_f1.as_dict(),
            "balanced_accuracy": self.balanced_accuracy.as_dict(),
            "per_class": [class_score.as_dict() for class_score in self.per_class],
            "confusion": self.confusion.tolist(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Scores:
        """Rebuild scores from `as_dict`."""
        return cls(
            n=data["n"],
            accuracy=Estimate.from_dict(data["accuracy"]),
            macro_f1=Estimate.from_dict(data["macro_f1"]),
            balanced_accuracy=Estimate.from_dict(data["balanced_accuracy"]),
            per_class=tuple(ClassScore.from_dict(entry) for entry in data["per_class"]),
            confusion=np.array(data["confusion"], dtype=np.int64),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scores) and self.as_dict() == other.as_dict()


def score(logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str]) -> Scores:
    """Score logits (N, K) against labels (N,), which index `expressions` (K names).

    Raises:
        DataError: if the shapes disagree, there is no row, a label is outside 0..K-1 or a logit is not finite.
    """
    logits, labels = np.asarray(logits), np.asarray(labels)
    _check_rows(logits, labels, expressions)
    size = len(expressions)
    cells = labels.astype(np.int64) * size + logits.argmax(axis=1)  # (N,) index into the flattened (K, K)
    return score_confusion(np.bincount(cells, minlength=size * size).reshape(size, size), expressions)


def score_confusion(confusion: np.ndarray, expressions: Sequence[str]) -> Scores:
    """Return the scores of a confusion matrix (K, K) of counts, rows true; it holds all they need."""
    hits, rows, predictions = (part.tolist() for part in _marginals(confusion))
    return Scores(
        n=sum(rows),
        accuracy=proportion(sum(hits), sum(rows)),
        macro_f1=_resampled(confusion, macro_f1),
        balanced_accuracy=_resampled(confusion, balanced_accuracy),
        per_class=tuple(
            ClassScore(name, n, proportion(hit, predicted), proportion(hit, n), _f1(hit, n, predicted))
            for name, hit, n, predicted in zip(expressions, hits, rows, predictions, strict=True)
        ),
        confusion=np.asarray(confusion, dtype=np.int64),
    )


def macro_f1(confusion: np.ndarray) -> np.ndarray:
    """Return macro-F1 of confusion matrices (..., K, K) as (...)."""
    hits, rows, predictions = _marginals(confusion)
    return _mean_of_defined(2 * hits, rows + predictions)


def balanced_accuracy(confusion: np.ndarray) -> np.ndarray:
    """Return the mean recall of confusion matrices (..., K, K) as (...)."""
    hits, rows, _ = _marginals(confusion)
    return _mean_of_defined(hits, rows)


def _f1(hits: int, rows: int, predictions: int) -> Estimate:
    """Return F1 with an interval by way of the Jaccard index J = hits / (rows + predictions - hits), F1 = 2J / (1 + J).

    J is a plain share of the rows that belong to the class or were called it, so Wilson's interval holds for it, and
    F1 grows with J, so its ends carry over. A bootstrap would answer [0, 0] for a class never hit; this does not.
    """
    return f1_of_jaccard(proportion(hits, rows + predictions - hits))


def f1_of_jaccard(jaccard: Estimate) -> Estimate:
    """Return F1 = 2J / (1 + J), which grows with J, so that the interval's ends carry over."""
    if jaccard.value is None:
        return UNKNOWN
    return Estimate(*(2 * j / (1 + j) for j in jaccard.numbers()))


def _resampled(confusion: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray]) -> Estimate:
    return Estimate(float(statistic(confusion)), *bootstrap_confusion(confusion, statistic))


def _marginals(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return hits, rows and predictions per class, each (..., K)."""
    return np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-1), confusion.sum(axis=-2)


def _mean_of_defined(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Return the mean over the last axis of numerator / denominator where the denominator is not 0."""
    defined = denominator > 0
    ratio = np.divide(numerator, denominator, out=np.zeros(denominator.shape), where=defined)
    return ratio.sum(axis=-1) / defined.sum(axis=-1)


def _check_rows(logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str]) -> None:
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise DataError(
            f"logits of shape {logits.shape} and labels of shape {labels.shape} do not fit; need (N, K) and (N,)"
        )
    if logits.shape[1] != len(expressions):
        raise DataError(f"logits have {logits.shape[1]} columns for {len(expressions)} expressions; they need one each")
    if len(labels) == 0:
        raise DataError("there is no row to score; give at least one")
    if labels.min() < 0 or labels.max() >= len(expressions):
        span, last = f"{labels.min()} to {labels.max()}", len(expressions) - 1
        raise DataError(f"labels run from {span}; with {last + 1} expressions they must lie in 0..{last}")
    if not np.isfinite(logits).all():
        row = int(np.argwhere(~np.isfinite(logits))[0][0])
        raise DataError(f"row {row} of the logits is not finite; the network that made them has diverged")
