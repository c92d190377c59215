"""The paired bootstrap: draw the same faces for two networks repeatedly, and see how their difference varies.

Drawing faces with replacement changes two confusion matrices exactly as one multinomial draw over the joint cells
(true, said by the first, said by the second) does, so no face is touched and all draws are computed at once. Where
several faces show one person, whole people are drawn: faces of one person are no independent evidence.

Intervals are percentiles (Efron 1979). With few people (below about 50) they are a little too narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import UNKNOWN, Estimate
from fer_core.evaluation.paired import check_groups
from fer_core.evaluation.scores import macro_f1

Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class PairedDifference:
    """First network minus second, on the same n faces: both differences are -1..1 with 95 % intervals."""

    n: int
    accuracy: Estimate
    macro_f1: Estimate


@dataclass(frozen=True)
class ClassDifference:
    """First network minus second for one expression; n counts its faces, -1..1; None where undefined for either."""

    expression: str
    n: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


def accuracy(confusion: np.ndarray) -> np.ndarray:
    """Return the accuracy of confusion matrices (..., K, K) as (...)."""
    return np.trace(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=(-2, -1))


class PairedDraws:
    """Resampled confusion matrices of two networks, drawn once and asked as often as wanted.

    Args:
        labels, one, other: true and predicted classes (N,), 0..size-1.
        size: K.
        groups: (N,) who is on each face; None where faces count singly.
        draws: number of resamples; seed: same seed, same draws.

    Raises:
        DataError: if the shapes disagree, there is no face or a class is outside 0..size-1.
    """

    def __init__(
        self,
        labels: np.ndarray,
        one: np.ndarray,
        other: np.ndarray,
        size: int,
        groups: np.ndarray | None = None,
        draws: int = 2000,
        seed: int = 0,
    ):
        check_answers(labels, one, other, size)
        self.size, self.n = size, len(labels)
        joint = (labels.astype(np.int64) * size + one) * size + other
        if groups is None:
            cells, counts = np.unique(joint, return_counts=True)
            profile = np.eye(len(cells))
            weights = np.random.default_rng(seed).multinomial(self.n, counts / self.n, size=draws)
            observed: np.ndarray = counts[None]
        else:
            place, weights = weights_of_groups(groups, self.n, draws, seed)
            cells, column = np.unique(joint, return_inverse=True)
            profile = np.zeros((weights.shape[1], len(cells)))
            np.add.at(profile, (place, column), 1)
            observed = np.ones((1, weights.shape[1]))
        both = np.concatenate([observed, weights]).astype(float) @ profile  # (1 + draws, cells), the data itself first
        truth, rest = np.divmod(cells, size * size)
        self.one = self._summed(both, truth * size + rest // size)
        self.other = self._summed(both, truth * size + rest % size)

    def difference(self, statistic: Statistic) -> Estimate:
        """Return statistic(first) - statistic(second) with its percentile interval.

        Args:
            statistic: maps confusion matrices (draws, K, K) to (draws,); nan where undefined, such draws are left out.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.asarray(statistic(self.one)) - np.asarray(statistic(self.other))
        drawn = values[1:][~np.isnan(values[1:])]
        if np.isnan(values[0]) or drawn.size == 0:
            return UNKNOWN
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Estimate(float(values[0]), float(low), float(high))

    def _summed(self, counts: np.ndarray, cell: np.ndarray) -> np.ndarray:
        onto = np.zeros((len(cell), self.size * self.size))
        onto[np.arange(len(cell)), cell] = 1
        return (counts @ onto).reshape(-1, self.size, self.size)


def paired_difference(
    labels: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
    size: int,
    groups: np.ndarray | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> PairedDifference:
    """Return by how much the first network's accuracy and macro-F1 exceed the second's; arguments as `PairedDraws`."""
    drawn = PairedDraws(labels, one, other, size, groups, draws, seed)
    return PairedDifference(drawn.n, drawn.difference(accuracy), drawn.difference(macro_f1))


def class_differences(
    labels: np.ndarray, one: np.ndarray, other: np.ndarray, expressions: Sequence[str], groups: np.ndarray | None = None
) -> tuple[ClassDifference, ...]:
    """Return precision, recall and F1 of the first network minus the second's, expression by expression.

    Intervals are not adjusted for the number of expressions: with seven, one in three pairs of equal networks shows
    somewhere an interval without 0. `confusion_difference` is adjusted.
    """
    drawn = PairedDraws(labels, one, other, len(expressions), groups)
    rows = np.bincount(labels, minlength=len(expressions))
    return tuple(
        ClassDifference(
            name,
            int(rows[k]),
            drawn.difference(partial(_precision, k)),
            drawn.difference(partial(_recall, k)),
            drawn.difference(partial(_f1, k)),
        )
        for k, name in enumerate(expressions)
    )


def _precision(k: int, cells: np.ndarray) -> np.ndarray:
    return cells[:, k, k] / cells[:, :, k].sum(-1)


def _recall(k: int, cells: np.ndarray) -> np.ndarray:
    return cells[:, k, k] / cells[:, k].sum(-1)


def _f1(k: int, cells: np.ndarray) -> np.ndarray:
    return 2 * cells[:, k, k] / (cells[:, k].sum(-1) + cells[:, :, k].sum(-1))


@dataclass(frozen=True, eq=False)
class DifferenceMatrix:
    """A statistic of M networks: value (M,), and row minus column with its 95 % interval, each (M, M), 0 on the
    diagonal.
    """

    value: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray


def difference_matrix(
    labels: np.ndarray,
    answers: np.ndarray,
    size: int,
    statistic: Statistic = macro_f1,
    groups: np.ndarray | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> DifferenceMatrix:
    """Compare each pair of many networks by a statistic of the confusion matrix.

    The same draws of faces, or of whole groups, serve all networks.

    Args:
        labels: true classes (N,), 0..size-1; answers: classes said (M, N).
        statistic: maps confusion matrices (draws, K, K) to (draws,), defined for all of them.

    Raises:
        DataError: if the shapes disagree, there is no face or a class is outside 0..size-1.
    """
    for predicted in answers:
        check_answers(labels, predicted, predicted, size)
    n = len(labels)
    place, weights = weights_of_groups(np.arange(n) if groups is None else groups, n, draws, seed)
    weights = np.concatenate([np.ones((1, weights.shape[1])), weights]).astype(np.float32)  # the data itself first
    values = np.empty((len(answers), 1 + draws))
    for row, predicted in enumerate(answers):
        cells = np.zeros((weights.shape[1], size * size), dtype=np.float32)
        np.add.at(cells, (place, labels * size + predicted), 1)
        values[row] = statistic((weights @ cells).reshape(-1, size, size).astype(float))
    differences = values[:, None] - values  # (M, M, 1 + draws)
    low, high = np.quantile(differences[..., 1:], [0.025, 0.975], axis=-1)
    return DifferenceMatrix(values[:, 0], differences[..., 0], low, high)


def weights_of_groups(groups: np.ndarray, n: int, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the group of each face (N,), 0..G-1, and how often each draw takes each group, int (draws, G).

    Raises:
        DataError: if there is not one group a face, or fewer than two of them.
    """
    check_groups(groups, n)
    names, place = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        raise DataError(f"all {n} faces are of one person, {names[0]}; resampling people needs at least two")
    return place, _drawn(len(names), draws, seed)


@lru_cache(maxsize=2)  # all pairs of networks are asked with the same draws
def _drawn(groups: int, draws: int, seed: int) -> np.ndarray:
    counts = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=draws)
    counts.flags.writeable = False
    return counts


def check_answers(labels: np.ndarray, one: np.ndarray, other: np.ndarray, size: int) -> None:
    """Raise DataError unless all three are classes 0..size-1 (N,) of the same faces, N >= 1."""
    shapes = {np.shape(part) for part in (labels, one, other)}
    if len(shapes) != 1 or len(labels) == 0:
        raise DataError(
            f"labels and answers of shapes {np.shape(labels)}, {np.shape(one)} and {np.shape(other)} cannot be paired; "
            "give all three for the same faces, at least one"
        )
    low, high = min(map(np.min, (labels, one, other))), max(map(np.max, (labels, one, other)))
    if low < 0 or high >= size:
        raise DataError(f"classes run from {low} to {high}; with {size} expressions they must lie in 0..{size - 1}")
