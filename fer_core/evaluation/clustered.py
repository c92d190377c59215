"""The share of hits among rows that come in clusters, such as three frames of a film or all films of one person."""

from __future__ import annotations

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import UNKNOWN, Estimate


def clustered(
    hits: np.ndarray, clusters: np.ndarray, draws: int = 2000, seed: int = 0, confidence: float = 0.95
) -> Estimate:
    """Return the share of hits with the percentile bootstrap interval over whole clusters.

    Rows of one cluster succeed and fail together, so n rows are worth fewer than n: whole clusters are drawn with
    replacement, as many as there are, and each draw gives  hits in the clusters drawn / rows in the clusters drawn.

    Args:
        hits: bool (N,).
        clusters: (N,), the cluster of each row.

    Raises:
        DataError: if the two have different lengths.
    """
    if len(hits) != len(clusters):
        raise DataError(f"{len(hits)} answers and {len(clusters)} clusters do not fit; give each answer its cluster")
    if len(hits) == 0:
        return UNKNOWN
    _, cluster = np.unique(clusters, return_inverse=True)
    rows = np.bincount(cluster)
    right = np.bincount(cluster, weights=np.asarray(hits, float))
    size = len(rows)
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=draws)  # (draws, clusters)
    shares = (drawn @ right) / (drawn @ rows)
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail])
    return Estimate(float(right.sum() / rows.sum()), float(low), float(high))
