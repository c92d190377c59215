"""Precision-recall and ROC curves, one expression against all others.

scikit-learn draws the curves; it is imported when they are asked for, as its import takes longer than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.calibration import probabilities
from fer_core.evaluation.intervals import HAIR, UNKNOWN, Estimate, wilson


@dataclass(frozen=True, eq=False)
class ClassCurve:
    """One expression against the rest, over all thresholds of its probability.

    Attributes:
        expression: which; n: its faces; n_rest: all others.
        x, y: the curve, fractions: recall and precision, or false and true positive rate.
        threshold: probability at which each point is reached, as long as x; inf where nothing is called it.
        area: average precision, or area under the ROC curve, with a 95 % interval.
        chance: the area that guessing gets: n / (n + n_rest), or 0.5.

    An expression without faces, or without others, has empty arrays and an unknown area.
    """

    expression: str
    n: int
    n_rest: int
    x: np.ndarray
    y: np.ndarray
    threshold: np.ndarray
    area: Estimate
    chance: float


def precision_recall_curves(
    logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str]
) -> tuple[ClassCurve, ...]:
    """Return precision over recall for each expression, from recall 0 to 1.

    The area is average precision, sum (R_i - R_(i-1)) P_i, without interpolation. Its interval is binomial, as if it
    were a share of the expression's n faces (Boyd, Eng and Page 2013, ECML, Sect. 3.2), in Wilson's form: in the middle
    that of log(a / (1 - a)), and near 1 neither empty nor all of 0..1. Good where an expression has about a hundred
    faces, too short for a handful.

    Raises:
        DataError: if the shapes do not fit.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    curves = []
    for name, is_it, probability in _one_against_rest(logits, labels, expressions):
        n, chance = int(is_it.sum()), float(is_it.mean())
        if n in (0, len(is_it)):
            curves.append(_empty(name, is_it, chance))
            continue
        precision, recall, threshold = precision_recall_curve(is_it, probability, drop_intermediate=True)
        area = _as_share(float(average_precision_score(is_it, probability)), n)
        steps = np.append(threshold, np.inf)
        curves.append(
            ClassCurve(name, n, len(is_it) - n, recall[::-1], precision[::-1], steps[::-1], area, chance),
        )
    return tuple(curves)


def roc_curves(logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str]) -> tuple[ClassCurve, ...]:
    """Return the true over the false positive rate for each expression; points on a straight line are left out.

    The interval of the area is DeLong's (1988, Biometrics 44:837) on the scale log(a / (1 - a)), which keeps it within
    0..1. At an area of 0 or 1 its variance is 0 and says nothing; then it is Wilson's, as if the area were a share of
    the smaller group's faces.

    Raises:
        DataError: if the shapes do not fit.
    """
    from sklearn.metrics import roc_curve

    curves = []
    for name, is_it, probability in _one_against_rest(logits, labels, expressions):
        n = int(is_it.sum())
        if n in (0, len(is_it)):
            curves.append(_empty(name, is_it, 0.5))
            continue
        false, true, threshold = roc_curve(is_it, probability, drop_intermediate=True)
        curves.append(ClassCurve(name, n, len(is_it) - n, false, true, threshold, _delong(is_it, probability), 0.5))
    return tuple(curves)


def _one_against_rest(
    logits: np.ndarray, labels: np.ndarray, expressions: Sequence[str]
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    shape = np.shape(logits)
    if len(shape) != 2 or shape[1] != len(expressions) or np.shape(labels) != shape[:1] or shape[0] == 0:
        raise DataError(
            f"logits of shape {shape}, labels of shape {np.shape(labels)} and {len(expressions)} expressions do not "
            "fit; need (N, K), (N,) and K"
        )
    columns = probabilities(logits).T
    return [(name, np.asarray(labels) == k, columns[k]) for k, name in enumerate(expressions)]


def _empty(name: str, is_it: np.ndarray, chance: float) -> ClassCurve:
    n, nothing = int(is_it.sum()), np.empty(0)
    return ClassCurve(name, n, len(is_it) - n, nothing, nothing, nothing, UNKNOWN, chance)


def _as_share(area: float, n: int) -> Estimate:
    """Return an area with Wilson's interval of a share of n faces; one that rounding put beside 0 or 1 lies there."""
    area = round(area) if abs(area - round(area)) <= HAIR else area
    return Estimate(float(area), *wilson(area * n, n))


def _delong(is_it: np.ndarray, probability: np.ndarray) -> Estimate:
    """Return the area and its interval from the placement of each face among those of the other kind.

    A face of the expression is placed by the share of the rest that lies below it (ties count half) and each of the
    rest by the share of the expression above it; the two variances of placements, over their n, add up.
    """
    from scipy.stats import rankdata

    inside, outside = probability[is_it], probability[~is_it]
    ranks = rankdata(np.concatenate([inside, outside]))
    above = (ranks[: len(inside)] - rankdata(inside)) / len(outside)
    below = 1 - (ranks[len(inside) :] - rankdata(outside)) / len(inside)
    area, fewer = float(above.mean()), min(len(inside), len(outside))
    if not HAIR < area < 1 - HAIR:
        return _as_share(area, fewer)
    if fewer < 2:
        return Estimate(area, None, None)
    spread = sqrt(above.var(ddof=1) / len(inside) + below.var(ddof=1) / len(outside))
    return _on_logit_scale(area, spread / (area * (1 - area)))


def _on_logit_scale(area: float, spread: float) -> Estimate:
    """Return area, between 0 and 1, with the ends of log(area / (1 - area)) -+ z spread, carried back."""
    from scipy.special import expit  # 1 / (1 + exp(-x)) without overflow: an area near 1 reaches far

    middle, reach = log(area / (1 - area)), NormalDist().inv_cdf(0.975) * spread
    return Estimate(area, float(expit(middle - reach)), float(expit(middle + reach)))
