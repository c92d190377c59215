"""Many networks on the same faces: every pair tested, with what remains significant once all are tested together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.paired import difference, holm, mcnemar, sign_flip_test
from fer_core.evaluation.resampling import weights_of_groups

ALPHA = 0.05


@dataclass(frozen=True, eq=False)
class Comparison:
    """All pairs of M networks on the same n faces. Matrices (M, M) answer row against column.

    Attributes:
        names: the networks, in the order given; n: faces; groups: people among them, None if faces count singly.
        accuracy: (M,) fractions.
        difference, low, high: accuracy of the row minus the column's, -1..1, with its 95 % interval; 0 on the diagonal.
        only: faces that the row alone has right; only[j, i] are the column's.
        p: exact McNemar p-value, 1 on the diagonal; with groups its form for groups.
        p_holm: p adjusted for all M (M - 1) / 2 pairs (Holm), so that 5 % is the chance of any false alarm at all.
    """

    names: tuple[str, ...]
    n: int
    groups: int | None
    accuracy: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    only: np.ndarray
    p: np.ndarray
    p_holm: np.ndarray

    @property
    def is_distinct(self) -> np.ndarray:
        """Which pairs can be told apart at 5 %, bool (M, M), symmetric."""
        return self.p_holm < ALPHA

    @property
    def discordance(self) -> np.ndarray:
        """Share of the faces that exactly one of the pair has right, (M, M); `power` asks for it."""
        return (self.only + self.only.T) / self.n

    @property
    def ranking(self) -> list[int]:
        """Places in `names`, best accuracy first; equals stay in the order given."""
        return np.argsort(-self.accuracy, kind="stable").tolist()

    @property
    def tie_groups(self) -> list[tuple[str, ...]]:
        """Names of those that cannot be told apart, best first; see `tie_groups`."""
        return [tuple(self.names[i] for i in group) for group in tie_groups(self.ranking, self.is_distinct)]


def compare(names: Sequence[str], is_right: np.ndarray, groups: np.ndarray | None = None) -> Comparison:
    """Test each pair of networks on the faces that both answered.

    Without groups the interval is Agresti and Min's (`paired.difference`); with groups it is a bootstrap that draws
    whole groups, 2,000 times, the same draws for all networks.

    Args:
        names: M networks, at least 1.
        is_right: bool (M, N), whether each network is right on each face; the same faces in the same order.
        groups: (N,) who is on each face, where several faces show one person (CK+); None where faces count singly.

    Raises:
        DataError: if the shapes do not fit or there is no face.
    """
    is_right = np.asarray(is_right, dtype=bool)
    if is_right.ndim != 2 or len(is_right) != len(names) or is_right.size == 0:
        raise DataError(
            f"{len(names)} networks and answers of shape {is_right.shape} do not fit; need a row a network and at "
            "least one face"
        )
    n = is_right.shape[1]
    by_group = None if groups is None else _group_intervals(is_right, groups)  # refuses groups that do not fit
    only = is_right.astype(np.float32) @ (~is_right).astype(np.float32).T
    only = np.rint(only).astype(np.int64)
    p, p_holm = _p_values(is_right, only, groups)
    low, high = by_group or _intervals(only, n)
    return Comparison(
        names=tuple(names),
        n=n,
        groups=None if groups is None else len(np.unique(groups)),
        accuracy=is_right.mean(axis=1),
        difference=(only - only.T) / n,
        low=low,
        high=high,
        only=only,
        p=p,
        p_holm=p_holm,
    )


def tie_groups(ranking: Sequence[int], is_distinct: np.ndarray) -> list[tuple[int, ...]]:
    """Return who cannot be told apart: the longest runs of the ranking in which no two are distinct.

    A run is maximal, so none lies within another; a network that differs from both neighbours is a run of its own.
    Runs may overlap: A ties with B and B with C while A beats C gives (A, B) and (B, C), two brackets. Being in one
    group means "not told apart by these faces", never "equal".

    Args:
        ranking: places 0..M-1, best first.
        is_distinct: bool (M, M), by place.
    """
    runs: list[tuple[int, ...]] = []
    end = 0  # first rank that is not in the last run
    for start in range(len(ranking)):
        stop = start + 1
        while stop < len(ranking) and not any(is_distinct[ranking[stop], i] for i in ranking[start:stop]):
            stop += 1
        if stop > end:
            runs.append(tuple(ranking[start:stop]))
            end = stop
    return runs


def _p_values(is_right: np.ndarray, only: np.ndarray, groups: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    pairs = list(combinations(range(len(only)), 2))
    if groups is None:
        found = [mcnemar(int(only[i, j]), int(only[j, i])) for i, j in pairs]
    else:
        hits = _hits_by_group(is_right, np.unique(groups, return_inverse=True)[1])
        found = [sign_flip_test(hits[:, i] - hits[:, j]) for i, j in pairs]
    p, p_holm = np.ones(only.shape), np.ones(only.shape)
    for (i, j), plain, adjusted in zip(pairs, found, holm(found), strict=True):
        p[i, j] = p[j, i] = plain
        p_holm[i, j] = p_holm[j, i] = adjusted
    return p, p_holm


def _intervals(only: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.zeros(only.shape), np.zeros(only.shape)
    for i, j in combinations(range(len(only)), 2):
        _, low[i, j], high[i, j] = difference(int(only[i, j]), int(only[j, i]), n).numbers()
        low[j, i], high[j, i] = -high[i, j], -low[i, j]
    return low, high


def _group_intervals(is_right: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    place, weights = weights_of_groups(groups, is_right.shape[1], draws=2000, seed=0)
    shares = (weights @ _hits_by_group(is_right, place)) / (weights @ np.bincount(place))[:, None]  # (draws, M)
    ends = np.zeros((2, len(is_right), len(is_right)))
    for i in range(len(is_right) - 1):
        ends[:, i, i + 1 :] = np.quantile(shares[:, [i]] - shares[:, i + 1 :], [0.025, 0.975], axis=0)
    ends -= ends[::-1].transpose(0, 2, 1)  # the interval of j - i is that of i - j, mirrored
    return ends[0], ends[1]


def _hits_by_group(is_right: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return how many faces of each group each network has right: bool (M, N) and groups 0..G-1 (N,) -> (G, M)."""
    return np.stack([np.bincount(place, weights=row) for row in is_right], axis=1)
