"""Risk over coverage, by hand on five faces."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.selective import (
    abstain,
    confident_but_wrong,
    risk_coverage,
    threshold_for_risk,
)

CONFIDENCE = np.array([0.5, 0.9, 0.8, 0.6, 0.7])
IS_RIGHT = np.array([False, True, True, True, False])
CURVE = risk_coverage(CONFIDENCE, IS_RIGHT)  # by falling confidence: right, right, wrong, right, wrong


def test_the_curve_by_hand():
    assert CURVE.threshold.tolist() == [0.9, 0.8, 0.7, 0.6, 0.5]
    assert CURVE.coverage == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert CURVE.risk == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5])


def test_the_area_by_hand():
    assert CURVE.aurc == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert CURVE.best_aurc == pytest.approx((0 + 0 + 0 + 1 / 4 + 2 / 5) / 5)


def test_faces_of_equal_confidence_are_answered_together():
    found = risk_coverage(np.array([0.9, 0.5, 0.5]), np.array([True, True, False]))
    turned = risk_coverage(np.array([0.5, 0.5, 0.9]), np.array([False, True, True]))
    assert found.answered.tolist() == turned.answered.tolist() == [1, 3]
    assert found.aurc == turned.aurc == pytest.approx((0 + 2 * 1 / 3) / 3)


def test_a_constant_confidence_has_the_risk_of_answering_all():
    found = risk_coverage(np.full(4, 0.7), np.array([True, False, True, True]))
    assert (found.coverage.tolist(), found.risk.tolist(), found.aurc) == ([1.0], [0.25], 0.25)


def test_the_whole_curve_ends_at_the_plain_error():
    random = np.random.default_rng(0)
    is_right = random.random(500) < 0.7
    found = risk_coverage(random.random(500), is_right)
    assert found.risk[-1] == pytest.approx(1 - is_right.mean())
    assert found.best_aurc < found.aurc


@pytest.mark.parametrize(("risk", "threshold"), [(0.0, 0.8), (0.25, 0.6), (0.3, 0.6), (0.4, 0.5), (1.0, 0.5)])
def test_a_risk_is_kept_with_the_most_faces(risk, threshold):
    assert threshold_for_risk(CURVE, risk) == threshold


def test_a_threshold_on_other_faces():
    found = abstain(np.array([0.9, 0.7, 0.69, 0.2]), np.array([True, False, True, True]), threshold=0.7)
    assert (found.n, found.answered) == (4, 2)
    assert (found.coverage.value, found.risk.value) == (0.5, 0.5)
    assert found.risk.low < 0.5 < found.risk.high


def test_whole_people_widen_what_a_threshold_does():
    # Two people, all right or all wrong: of a draw of both, neither, or one twice, the risk is 1/2, 0 or 1.
    confidence, is_right = np.full(40, 0.9), np.arange(40) < 20
    plain = abstain(confidence, is_right, 0.5)
    found = abstain(confidence, is_right, 0.5, clusters=np.arange(40) // 20)
    assert found.risk.value == plain.risk.value == 0.5
    assert (found.risk.low, found.risk.high) == (0, 1)
    assert (found.coverage.low, found.coverage.high) == (1, 1)


def test_a_network_that_answers_nothing_has_no_risk():
    found = abstain(CONFIDENCE, IS_RIGHT, threshold=0.95)
    assert (found.answered, found.coverage.value, found.risk.value) == (0, 0.0, None)


def test_confident_but_wrong_names_the_surest_first():
    assert confident_but_wrong(CONFIDENCE, IS_RIGHT, at_least=0.5).tolist() == [4, 0]
    assert confident_but_wrong(CONFIDENCE, IS_RIGHT).tolist() == []


def test_what_cannot_be_asked():
    with pytest.raises(DataError, match="no threshold keeps the risk at 10.0%; the least on these 2 faces is 50.0%"):
        threshold_for_risk(risk_coverage(np.array([0.9, 0.9]), np.array([True, False])), 0.1)
    with pytest.raises(ConfigError, match="a risk of 80 is not valid; give a fraction between 0 and 1"):
        threshold_for_risk(CURVE, 80)
    with pytest.raises(DataError, match=r"confidences of shape \(5,\) and answers of shape \(4,\) do not fit"):
        risk_coverage(CONFIDENCE, IS_RIGHT[:4])
