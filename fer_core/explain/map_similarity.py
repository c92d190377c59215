"""How far two maps of one face point at the same places. Pure functions of arrays; no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TOP = 0.2  # of all pixels
CHANCE_IOU = TOP / (2 - TOP)  # two independent sets of a share p have p^2 in common of 2p - p^2: 0.11 for a fifth


@dataclass(frozen=True)
class MapSimilarity:
    """Two maps compared: Spearman's rank correlation, -1..1, and the IoU of their strongest fifths, 0..1.

    Both are None where one of the maps is flat: it ranks nothing.
    """

    correlation: float | None
    overlap: float | None


def map_similarity(one: np.ndarray, other: np.ndarray) -> MapSimilarity:
    """Compare two maps of the same shape."""
    overlap = None if np.ptp(one) == 0 or np.ptp(other) == 0 else _overlap(strongest(one), strongest(other))
    return MapSimilarity(rank_correlation(one, other), overlap)


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """Spearman's: Pearson's correlation of the ranks, equal values sharing their mean rank; None for a flat map."""
    from scipy.stats import rankdata

    ranks = [rankdata(values, axis=None) - (values.size + 1) / 2 for values in (one, other)]
    lengths = [float(np.sqrt(np.square(rank).sum())) for rank in ranks]
    if min(lengths) == 0:
        return None
    return float(ranks[0] @ ranks[1]) / (lengths[0] * lengths[1])


def strongest(values: np.ndarray) -> np.ndarray:
    """Which pixels are among the strongest fifth, bool like `values`; ties at its end are all in.

    The weakest value never is: half of a Grad-CAM may be 0, and those zeros are no strongest fifth.
    """
    k = max(1, round(TOP * values.size))
    threshold = np.partition(values, -k, axis=None)[-k]
    return (values >= threshold) & (values > values.min())


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())
