"""Two networks on the same faces: their difference, and whether chance alone explains it.

Pairing matters: two networks share most of their mistakes, so the interval of their difference is narrower than what
their own two intervals suggest. Only the faces on which they disagree carry information.

    b: faces that only the first has right,  c: faces that only the second has right,  n: all faces

`verdict` judges a pair, `resampling` covers macro-F1 and faces of the same people, `power` says how large a difference
must be to be detected.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb, sqrt
from statistics import NormalDist

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate

ALPHA = 0.05


def discordant(one: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Return (b, c) of two boolean arrays (N,): rows true only in the first, rows true only in the second.

    Raises:
        DataError: if the shapes differ.
    """
    if one.shape != other.shape:
        raise DataError(
            f"answers to {len(one)} and to {len(other)} faces cannot be paired; compare networks on the same split"
        )
    return int((one & ~other).sum()), int((~one & other).sum())


def difference(b: int, c: int, n: int, confidence: float = 0.95) -> Estimate:
    """Return the difference of two paired shares, (b - c) / n, with an interval.

    d -+ z sqrt(b' + c' - (b' - c')^2 / n') / n'   with b' = b + 1/2, c' = c + 1/2, n' = n + 2, d = (b - c) / n'
                                                                       (Agresti and Min 2005, Stat. Med. 24:729)

    The half face added to each cell keeps the interval honest where few faces differ. The value stays (b - c) / n.

    Raises:
        DataError: if the counts do not fit.
    """
    middle, error = middle_and_error(b, c, n)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error
    return Estimate((b - c) / n, max(-1.0, middle - reach), min(1.0, middle + reach))


def middle_and_error(b: int, c: int, n: int) -> tuple[float, float]:
    """Return d and its standard error, sqrt(b' + c' - (b' - c')^2 / n') / n', in the notation of `difference`.

    Raises:
        DataError: if the counts do not fit.
    """
    if n < 1 or min(b, c) < 0 or b + c > n:
        raise DataError(f"{b} and {c} discordant faces of {n} are impossible; they are part of the n faces")
    return (b - c) / (n + 2), sqrt(b + c + 1 - (b - c) ** 2 / (n + 2)) / (n + 2)


def mcnemar(b: int, c: int) -> float:
    """Return the exact two-sided p-value of McNemar's test: would a fair coin split b + c faces so unevenly?

    p = min(1, 2 P(X <= min(b, c))),  X ~ Binomial(b + c, 1/2)      (McNemar 1947; exact form)

    The largest term of the sum is a quotient of whole numbers; the others are told from it by their ratios, and those
    that cannot change the last digit are left out.
    """
    trials, most = b + c, min(b, c)
    term = total = 1.0
    for k in range(most, 0, -1):
        term *= k / (trials - k + 1)
        total += term
        if term < 1e-17 * total:
            break
    return min(1.0, 2 * total * (comb(trials, most) / 2**trials))


def mcnemar_clustered(one: np.ndarray, other: np.ndarray, groups: np.ndarray) -> float:
    """Return the exact two-sided p-value of McNemar's test when faces come in groups, as several of one person do.

    If the two networks are equally good, their names could be swapped for any person as a whole; see `sign_flip_test`.
    With one face per group it is `mcnemar`.

    Args:
        one, other: whether each is right, bool (N,).
        groups: who is on the face (N,), any values that can be sorted.

    Raises:
        DataError: if the shapes differ.
    """
    discordant(one, other)
    check_groups(groups, len(one))
    _, place = np.unique(groups, return_inverse=True)
    return sign_flip_test(np.bincount(place, weights=one.astype(float) - other.astype(float)))


def sign_flip_test(leads: np.ndarray) -> float:
    """Return the exact p-value of the paired permutation test, given the lead d_g = b - c of each group, int (G,).

    T = sum_g s_g d_g,  p = P(|T| >= |sum_g d_g|) over all fair signs s_g = +-1      (Fisher 1935)

    m groups with the same size of lead add a binomial, so the distribution of T is one convolution for each size.
    """
    leads = np.rint(leads).astype(int)
    chances = np.ones(1)  # of T = -reach .. reach
    for size, count in zip(*np.unique(np.abs(leads[leads != 0]), return_counts=True), strict=True):
        signs = np.zeros(2 * size * count + 1)
        signs[:: 2 * size] = _fair_coin(int(count))
        chances = np.convolve(chances, signs)
    sums = np.abs(np.arange(len(chances)) - len(chances) // 2)
    return min(1.0, float(chances[sums >= abs(int(leads.sum()))].sum()))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for testing all of them together (Holm 1979), in the order given.

    The i-th smallest of m is multiplied by m - i (i from 0), and none may fall below its predecessor.
    """
    adjusted, floor = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = min(1.0, max(floor, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = floor
    return adjusted


@lru_cache(maxsize=256)
def _fair_coin(tosses: int) -> list[float]:
    """Return the chances of 0..tosses heads."""
    term, chances = 1, []
    for k in range(tosses + 1):
        chances.append(term / 2**tosses)
        term = term * (tosses - k) // (k + 1)
    return chances


def check_groups(groups: np.ndarray, n: int) -> None:
    """Raise DataError unless groups (n,) name one group a face."""
    if np.shape(groups) != (n,):
        raise DataError(f"groups of shape {np.shape(groups)} do not say who is on each of {n} faces; give one a face")
