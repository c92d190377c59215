"""Confidence and what it is worth: hand-made cases, known truths, and the temperature that changes no answer."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from scipy.stats import binom
from sklearn.metrics import log_loss

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.calibration import (
    BINS,
    brier,
    confidence,
    expected_calibration_error,
    negative_log_likelihood,
    probabilities,
    reliability,
)
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.temperature import fit_temperature


def calibrated(n: int, seed: int, temperature: float = 1.0, k: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels drawn from softmax(logits / temperature): calibrated at that temperature and no other."""
    random = np.random.default_rng(seed)
    logits = 2 * random.normal(size=(n, k)).astype(np.float32)
    return logits, (softmax(logits / temperature, axis=1).cumsum(1) < random.random((n, 1))).sum(1).clip(max=k - 1)


def two(confidences: list[float]) -> np.ndarray:
    """Logits of two classes of which the first gets these probabilities."""
    return np.array([[log(p), log(1 - p)] for p in confidences])


def test_probabilities_are_softmax():
    logits, _ = calibrated(20, 0)
    np.testing.assert_allclose(probabilities(logits, 2.5), softmax(logits.astype(float) / 2.5, axis=1))
    assert confidence(two([0.9, 0.2])) == pytest.approx([0.9, 0.8])


def test_likelihood_and_brier_by_hand():
    logits, labels = two([0.8, 0.6]), np.array([0, 1])
    assert negative_log_likelihood(logits, labels).value == pytest.approx(-(log(0.8) + log(0.4)) / 2)
    assert brier(logits, labels).value == pytest.approx(((0.2**2 + 0.2**2) + (0.6**2 + 0.6**2)) / 2)


def test_likelihood_equals_scikit_learns():
    logits, labels = calibrated(300, 1)
    found = negative_log_likelihood(logits, labels)
    assert found.value == pytest.approx(log_loss(labels, probabilities(logits), labels=range(7)))
    assert found.low < found.value < found.high


def test_a_guess_scores_log_k_and_one_minus_one_over_k():
    logits, labels = np.zeros((5, 4)), np.arange(5) % 4
    assert negative_log_likelihood(logits, labels).value == pytest.approx(log(4))
    assert brier(logits, labels).value == pytest.approx(1 - 1 / 4)


def test_ece_by_hand():
    # Sorted: 0.6 right, 0.7 wrong | 0.8 right, 0.9 right. Gaps |0.5 - 0.65| and |1 - 0.85|.
    found = reliability(two([0.9, 0.6, 0.8, 0.7]), np.array([0, 0, 0, 1]), bins=2)
    assert [(one.n, one.accuracy.value) for one in found.bins] == [(2, 0.5), (2, 1.0)]
    assert [one.confidence for one in found.bins] == pytest.approx([0.65, 0.85])
    assert found.ece == pytest.approx((0.15 + 0.15) / 2)
    assert found.overconfidence == pytest.approx(0.75 - 0.75)


def test_bins_hold_equal_numbers_of_faces():
    found = reliability(*calibrated(103, 0), bins=10)
    assert {one.n for one in found.bins} == {10, 11}
    assert sum(one.n for one in found.bins) == found.n == 103
    edges = [(one.lowest, one.highest) for one in found.bins]
    assert all(before[1] <= after[0] for before, after in zip(edges, edges[1:], strict=False))


def test_bands_are_binomial():
    one = reliability(two([0.8] * 50), np.zeros(50, int), bins=1).bins[0]
    assert (one.band_low * 50, one.band_high * 50) == (binom.ppf(0.025, 50, 0.8), binom.ppf(0.975, 50, 0.8))
    assert not one.is_inside  # all 50 right at a confidence of 0.8


def test_a_calibrated_network_lies_inside_its_bands_and_below_its_ece():
    found = [reliability(*calibrated(1500, seed)) for seed in range(60)]
    inside = np.mean([one.is_inside for part in found for one in part.bins])
    assert 0.93 <= inside <= 0.985  # 900 bins; a count cannot be cut at exactly 95 %
    assert np.mean([part.ece <= part.ece_if_calibrated_high for part in found]) >= 0.95 - 2.6 * 0.028
    assert np.mean([part.ece for part in found]) == pytest.approx(
        np.mean([part.ece_if_calibrated for part in found]), rel=0.05
    )


def test_bars_and_bands_count_people_where_faces_show_the_same():
    # Forty faces of ten people at confidence 1/2, thirty right: the bar of 7.5 of 10, the band of ten fair coins.
    logits, labels = np.zeros((40, 2)), np.array([0] * 30 + [1] * 10)
    (one,) = reliability(logits, labels, bins=1, clusters=np.arange(10).repeat(4)).bins
    assert (one.n, one.accuracy.value) == (40, 0.75)
    assert (one.accuracy.low, one.accuracy.high) == pytest.approx(wilson(7.5, 10))
    assert (one.band_low, one.band_high) == tuple(binom.ppf([0.025, 0.975], 10, 0.5) / 10)


def test_one_person_is_calibrated_by_chance_or_not_at_all():
    # All faces of one person fall together: at confidence 1/2 the ece of a draw is 1/2, whichever way they fall.
    found = reliability(np.zeros((40, 2)), np.arange(40) % 2, bins=1, clusters=np.zeros(40))
    assert found.ece == 0
    assert (found.ece_if_calibrated, found.ece_if_calibrated_high) == (0.5, 0.5)


def test_an_overconfident_network_is_told_from_chance():
    logits, labels = calibrated(1500, 0, temperature=3)
    found = reliability(logits, labels)
    assert found.ece > 3 * found.ece_if_calibrated_high
    assert found.overconfidence == pytest.approx(found.ece, abs=0.02)  # all bins err to one side


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(temperature):
    found = fit_temperature(*calibrated(20000, 0, temperature))
    assert found == pytest.approx(temperature, rel=0.05)


def test_the_temperature_is_the_minimum_that_scipy_finds():
    logits, labels = calibrated(500, 3, 1.7)

    def loss(t):
        return negative_log_likelihood(logits, labels, t).value

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-8}).x
    assert fit_temperature(logits, labels) == pytest.approx(best, rel=1e-5)


def test_a_temperature_fitted_on_validation_repairs_test():
    fitted = fit_temperature(*calibrated(2000, 0, 2.5))
    logits, labels = calibrated(2000, 1, 2.5)
    before, after = reliability(logits, labels), reliability(logits, labels, fitted)
    assert before.ece > 0.1
    assert after.ece <= after.ece_if_calibrated_high


@pytest.mark.parametrize("temperature", [0.01, 0.3, 1.0, 7.0, 100.0])
def test_a_temperature_never_changes_the_arg_max(temperature):
    logits = np.random.default_rng(0).normal(size=(2000, 7)).astype(np.float32) * 5
    logits[:1000, 3] = np.nextafter(logits[:1000].max(1), np.float32(np.inf))  # the closest race float32 can hold
    np.testing.assert_array_equal(probabilities(logits, temperature).argmax(1), logits.argmax(1))


def test_logits_far_apart_do_not_overflow():
    found = negative_log_likelihood(np.array([[1e4, 0.0]]), np.array([1]))
    assert found.value == pytest.approx(1e4)
    assert (found.low, found.high) == (None, None)  # one face says nothing about its own spread


@pytest.mark.parametrize(
    ("labels", "match"), [([0, 1, 0], "makes no mistake on these 3 faces"), ([1, 0, 1], "no better than guessing")]
)
def test_no_temperature_fits_a_network_that_is_always_right_or_wrong(labels, match):
    with pytest.raises(DataError, match=match):
        fit_temperature(np.array([[2.0, 0], [0, 1], [1, 0]]), np.array(labels))


def test_what_cannot_be_calibrated_is_refused():
    with pytest.raises(ConfigError, match="a temperature of 0 is not valid; it must be above 0"):
        probabilities(np.zeros((1, 2)), 0)
    with pytest.raises(ConfigError, match="5 bins cannot be filled by 4 faces; give 1 to 4"):
        reliability(np.zeros((4, 2)), np.zeros(4, int), bins=5)
    with pytest.raises(DataError, match=r"logits of shape \(4, 2\) and labels of shape \(3,\) do not fit"):
        brier(np.zeros((4, 2)), np.zeros(3, int))
    with pytest.raises(DataError, match=r"labels run from 0 to 2; with 2 columns they must lie in 0\.\.1"):
        brier(np.zeros((3, 2)), np.array([0, 1, 2]))


def test_probabilities_of_two_classes_are_the_logistic_function():
    assert probabilities(np.array([[0.0, 2.0]]))[0, 1] == pytest.approx(1 / (1 + exp(-2)))


@pytest.mark.parametrize("n", [200, 4])
def test_the_calibration_error_alone_is_that_of_the_diagram(n):
    random = np.random.default_rng(0)
    logits, labels = random.normal(size=(n, 7)), random.integers(0, 7, n)
    expected = reliability(logits, labels, bins=min(n, BINS)).ece
    assert expected_calibration_error(logits, labels) == pytest.approx(expected)
