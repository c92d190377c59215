"""Scores of rows that come in clusters, such as three frames of a sequence or all sequences of one person.

Rows of one cluster succeed or fail together, so n rows are worth fewer than n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import DRAWS, TAILS, UNKNOWN, Estimate, wilson
from fer_core.evaluation.resampling import weights_of_groups
from fer_core.evaluation.scores import ClassScore, Scores, balanced_accuracy, f1_of_jaccard, macro_f1, score


def score_clustered(logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str], clusters: np.ndarray) -> Scores:
    """Score logits (N, K) against labels (N,), with intervals that know that rows of one cluster are not independent.

    Accuracy, macro-F1 and balanced accuracy get a percentile bootstrap over whole clusters. One expression has too
    few for that (a bootstrap of all hits is empty): its shares get Wilson's interval as if each cluster were one row,
    which is exact when all rows of a cluster fall alike and wider than needed otherwise.

    Raises:
        DataError: as `score`; or the clusters do not fit the rows, or all rows are one cluster.
    """
    plain = score(logits, labels, expressions)
    size, predicted = len(expressions), np.asarray(logits).argmax(axis=1)
    place, weights = weights_of_groups(clusters, len(labels), DRAWS, seed=0)
    cells = np.zeros((weights.shape[1], size * size))
    np.add.at(cells, (place, labels * size + predicted), 1)
    drawn = (weights @ cells).reshape(-1, size, size)

    def resampled(value: Estimate, statistic: Callable[[np.ndarray], np.ndarray]) -> Estimate:
        low, high = np.quantile(statistic(drawn), [0.025, 0.975])
        return Estimate(value.value, float(low), float(high))

    return Scores(
        n=plain.n,
        accuracy=resampled(plain.accuracy, lambda c: np.trace(c, axis1=1, axis2=2) / c.sum(axis=(1, 2))),
        macro_f1=resampled(plain.macro_f1, macro_f1),
        balanced_accuracy=resampled(plain.balanced_accuracy, balanced_accuracy),
        per_class=tuple(
            _class_score(class_score, k, labels, predicted, clusters) for k, class_score in enumerate(plain.per_class)
        ),
        confusion=plain.confusion,
    )


def _class_score(
    plain: ClassScore, code: int, labels: np.ndarray, predicted: np.ndarray, clusters: np.ndarray
) -> ClassScore:
    is_it, is_said = labels == code, predicted == code
    jaccard = _share(is_it & is_said, is_it | is_said, clusters)
    return ClassScore(
        plain.expression,
        plain.n,
        _share(is_it & is_said, is_said, clusters),
        _share(is_it & is_said, is_it, clusters),
        f1_of_jaccard(jaccard),
    )


def _share(hits: np.ndarray, rows: np.ndarray, clusters: np.ndarray) -> Estimate:
    """Share of hits among rows, both bool (N,), with Wilson's interval for as many rows as there are clusters."""
    if not rows.any():
        return UNKNOWN
    value, count = float(hits.sum() / rows.sum()), len(np.unique(clusters[rows]))
    return Estimate(value, *wilson(value * count, count))


def clustered(hits: np.ndarray, clusters: np.ndarray) -> Estimate:
    """Return the share of hits with the 95 % percentile bootstrap interval over whole clusters, from DRAWS draws.

    Rows of one cluster succeed or fail together, so n rows are worth fewer than n: whole clusters are drawn with
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
    drawn = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), size=DRAWS)  # (DRAWS, clusters)
    shares = (drawn @ right) / (drawn @ rows)
    low, high = np.quantile(shares, TAILS)
    return Estimate(float(right.sum() / rows.sum()), float(low), float(high))
