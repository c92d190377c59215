"""Precision-recall and ROC curves, by hand, against scikit-learn, and their intervals by simulation."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from fer_core.errors import DataError
from fer_core.evaluation.calibration import probabilities
from fer_core.evaluation.curves import precision_recall_curves, roc_curves


def two(scores: list[float] | np.ndarray) -> np.ndarray:
    """Logits of two classes in which the second rises with the score."""
    return np.stack([np.zeros(len(scores)), np.asarray(scores, dtype=float)], axis=1)


# By falling score of class 1: it, not, it, not.
LOGITS, LABELS = two([4, 3, 2, 1]), np.array([1, 0, 1, 0])


def test_roc_by_hand():
    found = roc_curves(LOGITS, LABELS, "ab")[1]
    assert (found.x.tolist(), found.y.tolist()) == ([0, 0, 0.5, 0.5, 1], [0, 0.5, 0.5, 1, 1])
    assert (found.area.value, found.chance, found.n, found.n_rest) == (0.75, 0.5, 2, 2)


def test_precision_recall_by_hand():
    found = precision_recall_curves(LOGITS, LABELS, "ab")[1]
    assert found.area.value == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    points = list(zip(found.x.tolist(), found.y.tolist(), strict=True))
    assert points[0] == (0, 1)
    assert (0.5, 1.0) in points and (1.0, pytest.approx(2 / 3)) in points
    assert (np.diff(found.x) >= 0).all()
    assert found.chance == 0.5


def test_a_point_is_reached_at_its_threshold():
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 200)
    logits = random.normal(size=(200, 3)) + np.eye(3)[labels]
    sure = probabilities(logits)[:, 2]
    curve, roc = precision_recall_curves(logits, labels, "abc")[2], roc_curves(logits, labels, "abc")[2]
    for place in (1, 20, 40):
        is_called = sure >= curve.threshold[place]
        assert curve.x[place] == pytest.approx((is_called & (labels == 2)).sum() / (labels == 2).sum())
        assert curve.y[place] == pytest.approx((labels[is_called] == 2).mean())
        assert roc.x[place] == pytest.approx((sure[labels != 2] >= roc.threshold[place]).mean())


def test_areas_equal_scikit_learns_with_ties():
    random = np.random.default_rng(1)
    labels = random.integers(0, 4, 300)
    logits = np.round(random.normal(size=(300, 4)) + np.eye(4)[labels])
    sure = probabilities(logits)
    roc, curve = roc_curves(logits, labels, "abcd"), precision_recall_curves(logits, labels, "abcd")
    for k in range(4):
        assert roc[k].area.value == pytest.approx(roc_auc_score(labels == k, sure[:, k]))
        assert curve[k].area.value == pytest.approx(average_precision_score(labels == k, sure[:, k]))
        assert roc[k].area.low < roc[k].area.value < roc[k].area.high
        assert curve[k].area.low < curve[k].area.value < curve[k].area.high


def test_intervals_of_the_roc_area_cover_the_truth_93_to_97_times_in_100():
    """Two normal scores one and a half apart: the area is Phi(1.5 / sqrt 2)."""
    random, sets, true = np.random.default_rng(0), 500, NormalDist().cdf(1.5 / 2**0.5)
    labels = np.array([1] * 60 + [0] * 240)
    found = [roc_curves(two(random.normal(size=300) + 1.5 * labels), labels, "ab")[1].area for _ in range(sets)]
    assert 0.93 <= np.mean([one.low <= true <= one.high for one in found]) <= 0.97  # standard error 1 %


def test_intervals_of_average_precision_cover_the_truth_93_to_97_times_in_100():
    random, sets = np.random.default_rng(0), 500
    many = np.arange(200_000) < 60_000  # the population, three faces in ten
    true = average_precision_score(many, random.normal(size=200_000) + 1.5 * many)
    labels = np.array([1] * 100 + [0] * 233)
    scores = [two(random.normal(size=333) + 1.5 * labels) for _ in range(sets)]
    found = [precision_recall_curves(score, labels, "ab")[1].area for score in scores]
    assert 0.93 <= np.mean([one.low <= true <= one.high for one in found]) <= 0.97


def test_an_expression_without_faces_has_no_curve():
    for curves in (roc_curves, precision_recall_curves):
        found = curves(np.zeros((3, 3)), np.array([0, 1, 1]), "abc")[2]
        assert (found.n, found.n_rest, len(found.x), found.area.value) == (0, 3, 0, None)


def test_a_perfect_order_has_an_area_of_one_and_an_interval_that_is_neither_empty_nor_everything():
    """As if it were 2 of 2, or 207 of 207 faces: n / (n + z^2) and 1."""
    few = roc_curves(two([1, 2, 3, 4]), np.array([0, 0, 1, 1]), "ab")[1].area
    assert (few.value, few.low, few.high) == pytest.approx((1, 2 / (2 + 1.959964**2), 1))
    labels = np.array([1] * 207 + [0] * 400)
    for curves in (roc_curves, precision_recall_curves):
        area = curves(two(np.linspace(1, -1, 607)), labels, "ab")[1].area
        assert (area.value, area.low, area.high) == pytest.approx((1, 207 / (207 + 1.959964**2), 1))


def test_curves_refuse_what_does_not_fit():
    with pytest.raises(DataError, match=r"logits of shape \(3, 2\), labels of shape \(3,\) and 3 expressions do not"):
        roc_curves(np.zeros((3, 2)), np.zeros(3, int), "abc")


def test_an_area_a_hair_below_one_is_one(monkeypatch):
    """What rounding makes of a perfect order of 207 faces: 0.9999999999999998."""
    monkeypatch.setattr("sklearn.metrics.average_precision_score", lambda *_: 1 - 2**-52)
    area = precision_recall_curves(two([1, 2, 3, 4]), np.array([0, 0, 1, 1]), "ab")[1].area
    assert (area.value, area.high) == (1, 1)
    assert area.low == pytest.approx(2 / (2 + 1.959964**2))
