"""How far a measured number can be trusted: an estimate and its interval.

Each method where it fits. A share of independent rows (accuracy, recall, precision) gets Wilson's interval,
which stays inside 0..1 and is not empty at 0 or n hits. A mean over classes (macro-F1, balanced accuracy) is no
share of anything; it gets a bootstrap over the rows.

A mean of losses (Brier score, log-likelihood) has rows of any size and gets the normal interval of a mean.

All take rows as independent draws. Near-duplicate faces make them a little less so: the true intervals are wider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from fer_core.errors import ConfigError


@dataclass(frozen=True)
class Estimate:
    """A number, mostly in 0..1, with the ends of its 95 % interval.

    All three are None when nothing was there to estimate from, as the recall of a class without rows. It is None and
    not nan because JSON knows no nan, and not 0 because 0 would be a claim.
    """

    value: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return the JSON object that `from_dict` reads."""
        return {"value": self.value, "low": self.low, "high": self.high}

    def numbers(self) -> tuple[float, float, float]:
        """Return value, low and high of an estimate that is known.

        Raises:
            ConfigError: if there was nothing to estimate from.
        """
        if self.value is None or self.low is None or self.high is None:
            raise ConfigError("nothing was there to estimate from, so there is no number; ask whether value is None")
        return self.value, self.low, self.high

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Estimate:
        """Rebuild an estimate from `as_dict`."""
        return cls(data["value"], data["low"], data["high"])


UNKNOWN = Estimate(None, None, None)
DRAWS = 2000  # of a bootstrap
CONFIDENCE = 0.95
TAILS = ((1 - CONFIDENCE) / 2, 1 - (1 - CONFIDENCE) / 2)  # the quantiles at which an interval ends
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
HAIR = 1e-9  # what rounding may add to a share or take from it, with room to spare


def wilson(k: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval for a share of k hits among n independent rows.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n),  p = k/n      (Wilson 1927)

    Args:
        k: hits, 0..n; a fraction where n is an effective number of rows. A computed share is seldom exactly 1, so that
            within HAIR of an end it counts as the end.
        n: rows, at least 1.

    Raises:
        ConfigError: if one of the two is outside its range.
    """
    if n < 1 or not -HAIR * n <= k <= (1 + HAIR) * n:
        raise ConfigError(f"{k} hits among {n} rows is not a share; needs n of at least 1 and 0 <= hits <= n")
    share, z2 = min(1.0, max(0.0, k / n)), Z * Z
    centre = share + z2 / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    # At 0 and n hits the end is exactly 0 or 1; rounding would leave it a hair beside.
    low = 0.0 if share <= HAIR else (centre - reach) / scale
    high = 1.0 if share >= 1 - HAIR else (centre + reach) / scale
    return low, high


def proportion(k: int, n: int) -> Estimate:
    """Return k/n with Wilson's interval; all None for n = 0."""
    if n == 0:
        return UNKNOWN
    return Estimate(k / n, *wilson(k, n))


def unpaired_difference(one: Estimate, other: Estimate) -> Estimate:
    """Return the first minus the second of two shares of different rows, with its 95 % interval.

    d -+ sqrt((p1 - l1)^2 + (u2 - p2)^2) and its mirror, from the intervals of both (Newcombe 1998, Stat. Med. 17:873,
    method 10). Both must be known.
    """
    (first, low, high), (second, other_low, other_high) = one.numbers(), other.numbers()
    value = first - second
    below = hypot(first - low, other_high - second)
    above = hypot(high - first, second - other_low)
    return Estimate(value, value - below, value + above)


def mean(values: np.ndarray) -> Estimate:
    """Return the mean of one number per row with its normal 95 % interval, m -+ z s / sqrt(n).

    Rows that are nan have no such number and are left out. One row alone has a mean but no interval of finite width:
    both ends are then None.
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if values.size == 0:
        return UNKNOWN
    middle = float(values.mean())
    if values.size == 1:
        return Estimate(middle, None, None)
    reach = Z * float(values.std(ddof=1)) / sqrt(values.size)
    return Estimate(middle, middle - reach, middle + reach)


def bootstrap_means(values: np.ndarray) -> list[Estimate]:
    """Return the mean of each of M columns with its 95 % percentile bootstrap interval; rows are drawn whole.

    Args:
        values: (n, M), n >= 1, one row per face.

    Raises:
        ConfigError: if there is no row.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or len(values) == 0:
        raise ConfigError(f"values of shape {values.shape} cannot be resampled; give (n, M) with at least one row")
    n = len(values)
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=DRAWS) @ values / n
    ends = np.quantile(drawn, TAILS, axis=0)
    return [Estimate(*map(float, numbers)) for numbers in zip(values.mean(axis=0), *ends, strict=True)]


def bootstrap_confusion(
    confusion: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a statistic of the confusion matrix.

    Drawing n rows with replacement changes a confusion matrix exactly as one multinomial draw of its cells does, so
    no row is touched and all draws are computed at once.

    Args:
        confusion: counts (K, K), rows are the true class.
        statistic: maps (draws, K, K) counts to (draws,) floats. May answer nan for a draw in which it is undefined;
            such draws are left out.
        draws: number of resamples.
        seed: same seed, same interval.

    Raises:
        ConfigError: if the matrix is not square, holds no row, or the statistic is undefined in every draw.
    """
    confusion = np.asarray(confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1] or confusion.sum() < 1 or confusion.min() < 0:
        raise ConfigError(
            f"a confusion matrix of shape {confusion.shape} with {confusion.sum()} rows cannot be resampled"
        )
    n, size = int(confusion.sum()), confusion.shape[0]
    cells = np.random.default_rng(seed).multinomial(n, confusion.ravel() / n, size=draws)
    values = np.asarray(statistic(cells.reshape(draws, size, size)), dtype=float)
    values = values[~np.isnan(values)]
    if values.size == 0:
        raise ConfigError("the statistic is undefined in every resample of this confusion matrix")
    low, high = np.quantile(values, TAILS)
    return float(low), float(high)
