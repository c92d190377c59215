"""The difference of two networks with its standard error: over single faces, over people, over seeds.

Everything that a verdict needs (intervals at any level, both tests) follows from a middle, an error and a quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

import numpy as np

from fer_core.evaluation.answers import Answers
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.paired import discordant, middle_and_error
from fer_core.evaluation.resampling import weights_of_groups

DRAWS = 2000


@dataclass(frozen=True)
class MeasuredDifference:
    """A difference as both tests need it: its value, the middle of its interval, the standard error, half a face or 0,
    and Student's degrees of freedom.
    """

    value: float
    middle: float
    error: float
    step: float
    freedom: float

    @property
    def p(self) -> float:
        """Two-sided, of no difference."""
        return min(1.0, 2 * self._tail((abs(self.middle) - self.step) / self.error))

    def p_beyond(self, margin: float) -> float:
        """The larger of the two one-sided p-values: of a difference above the margin, and of one below its opposite."""
        return self._tail((margin - abs(self.middle)) / self.error)

    def interval(self, tail: float, step: float = 0.0) -> Estimate:
        """The value with an interval that leaves out this chance at each end."""
        reach = self.quantile(tail) * self.error + step
        return Estimate(self.value, max(-1.0, self.middle - reach), min(1.0, self.middle + reach))

    def quantile(self, tail: float) -> float:
        """The deviate that is exceeded with this chance."""
        if self.freedom == inf:
            return NormalDist().inv_cdf(1 - tail)
        from scipy.special import stdtrit  # loaded for people and seeds only: the first page does not wait for it

        return float(stdtrit(self.freedom, 1 - tail))

    def _tail(self, deviate: float) -> float:
        if self.freedom == inf:
            return NormalDist().cdf(-deviate)
        from scipy.special import stdtr

        return float(stdtr(self.freedom, -deviate))


def measured_difference(one: Answers, other: Answers) -> MeasuredDifference:
    """Measure the accuracy of the first minus the second's; both must have answered to the same faces.

    Raises:
        DataError: if all faces are of one person.
    """
    if one.clusters is None and one.seeds == other.seeds == 1:
        n, (b, c) = len(one.labels), discordant(one.is_right[0], other.is_right[0])
        return MeasuredDifference((b - c) / n, *middle_and_error(b, c, n), step=1 / (n + 2), freedom=inf)
    right = np.concatenate([one.is_right, other.is_right])
    weight = np.repeat([1 / one.seeds, -1 / other.seeds], [one.seeds, other.seeds])
    value = float(weight @ right.mean(axis=1))
    error, freedom = error_over_groups_and_seeds(right, weight, (one.seeds, other.seeds), one.clusters)
    return MeasuredDifference(value, value, error, step=0.0, freedom=freedom)


def error_over_groups_and_seeds(
    right: np.ndarray, weight: np.ndarray, seeds: tuple[int, int], clusters: np.ndarray | None
) -> tuple[float, float]:
    """Return the standard error of a difference over other faces (or people) and other seeds, and degrees of freedom.

    var = w' C w + sum over both networks of max(0, s^2 - e^2) / S
        C: covariance of the accuracies under redrawn faces or people, paired; s: their deviation over seeds;
        e^2: what the faces alone make of s^2, by C: its mean variance minus its mean covariance

    Drawing faces and seeds at once would count what is peculiar to one seed on one face twice (Owen 2007, Ann. Appl.
    Stat. 1:386), and widen intervals by half on our networks. The error is never below one face or person in all,
    because identical answers are no proof of identical networks. Freedom is Satterthwaite's.

    Args:
        right: bool (S1 + S2, N); weight: of each row in the difference.
    """
    spread, groups = _covariance(right.astype(float), clusters)
    shares = [max(float(weight @ spread @ weight), 1 / (groups + 2) ** 2)]
    freedoms = [groups - 1]
    for rows in np.split(np.arange(sum(seeds)), [seeds[0]]):
        count = len(rows)
        if count > 1:
            own = spread[np.ix_(rows, rows)]
            by_faces = np.trace(own) / count - (own.sum() - np.trace(own)) / (count * (count - 1))
            shares.append(max(0.0, float(right[rows].mean(axis=1).var(ddof=1) - by_faces)) / count)
            freedoms.append(count - 1)
    variance = sum(shares)
    return sqrt(variance), variance**2 / sum(share**2 / free for share, free in zip(shares, freedoms, strict=True))


def _covariance(right: np.ndarray, clusters: np.ndarray | None) -> tuple[np.ndarray, int]:
    """Return the covariance (M, M) of M accuracies over redrawn faces or people, and how many of these there are.

    Whole people are drawn; for single faces the covariance is the limit of drawing them repeatedly.
    """
    n = right.shape[1]
    if clusters is None:
        return np.cov(right) / n, n
    place, draws = weights_of_groups(clusters, n, DRAWS, seed=0)
    hits = np.stack([np.bincount(place, weights=row) for row in right])
    return np.cov(hits @ draws.T / (np.bincount(place) @ draws.T)), draws.shape[1]


def mean_discordance(one: Answers, other: Answers) -> float:
    """Return the share of faces that exactly one of the two has right, as a mean over all pairs of their seeds."""
    a, b = one.is_right.mean(axis=0), other.is_right.mean(axis=0)
    return float((a * (1 - b) + (1 - a) * b).mean())
