"""Scores and intervals against hand calculations, printed tables, scikit-learn and simulated truth."""

from __future__ import annotations

import json
from math import comb

import numpy as np
import pytest
from sklearn import metrics

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation import Estimate, Scores, bootstrap_confusion, mean, proportion, score, score_confusion, wilson
from fer_core.evaluation.scores import balanced_accuracy, macro_f1

THREE = ("angry", "happy", "sad")

# Rows are true. angry: 3 of 4 found, called 4 times; happy: 4 of 5, called 5 times; sad: 1 of 1, called once.
CONFUSION = np.array([[3, 1, 0], [1, 4, 0], [0, 0, 1]])


def answers(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels that have this confusion matrix."""
    labels, predicted = np.nonzero(confusion)
    counts = confusion[labels, predicted]
    return np.eye(len(confusion), dtype=np.float32)[predicted.repeat(counts)], labels.repeat(counts)


def random_rows(seed: int = 0, n: int = 400, k: int = 7) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = random.choice(k, size=n, p=np.arange(1, k + 1) / np.arange(1, k + 1).sum())
    return random.normal(size=(n, k)) + 1.5 * np.eye(k)[labels], labels


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_newcombes_table(k, n, low, high):
    """Newcombe 1998, Statistics in Medicine 17, Table I, method 3."""
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_is_symmetric_and_reaches_its_ends():
    assert wilson(7, 7)[1] == 1.0
    assert wilson(0, 7)[0] == 0.0
    assert wilson(2, 7) == pytest.approx(tuple(1 - end for end in reversed(wilson(5, 7))))


@pytest.mark.parametrize("beside", [-1e-15, 1e-15])
def test_a_share_that_rounding_put_beside_an_end_counts_as_the_end(beside):
    assert wilson(7 + beside, 7) == pytest.approx(wilson(7, 7)) and wilson(7 + beside, 7)[1] == 1.0
    assert wilson(beside, 7) == pytest.approx(wilson(0, 7)) and wilson(beside, 7)[0] == 0.0


@pytest.mark.parametrize("p", [0.03, 0.5, 0.68])
def test_wilson_covers_the_truth_about_95_times_in_100(p):
    n = 200
    chance = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    covered = sum(c for k, c in enumerate(chance) if wilson(k, n)[0] <= p <= wilson(k, n)[1])
    assert covered == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("k", "n"), [(1, 0), (3, 2), (-1, 4)])
def test_wilson_refuses_what_is_no_share(k, n):
    with pytest.raises(ConfigError, match=f"{k} hits among {n} rows is not a share"):
        wilson(k, n)


def test_nothing_observed_is_unknown_and_not_zero():
    assert proportion(0, 0) == Estimate(None, None, None)


def test_mean_by_hand():
    found = mean(np.array([1.0, 2.0, np.nan, 6.0]))  # deviations -2, -1, 3: variance 14 / 2
    reach = 1.959964 * np.sqrt(7 / 3)
    assert (found.value, found.low, found.high) == pytest.approx((3, 3 - reach, 3 + reach), abs=1e-6)


def test_one_number_has_no_interval_and_none_no_mean():
    assert mean(np.array([2.5])) == Estimate(2.5, None, None)
    assert mean(np.array([])) == Estimate(None, None, None)


def test_bootstrap_of_a_plain_share_agrees_with_its_normal_interval():
    confusion = np.array([[680, 120], [200, 1000]])  # accuracy 0.84 of 2,000
    low, high = bootstrap_confusion(confusion, lambda c: np.trace(c, axis1=-2, axis2=-1) / c.sum(axis=(-2, -1)))
    reach = 1.96 * np.sqrt(0.84 * 0.16 / 2000)
    assert (low, high) == pytest.approx((0.84 - reach, 0.84 + reach), abs=0.002)


def test_bootstrap_repeats_with_its_seed():
    assert bootstrap_confusion(CONFUSION, macro_f1, seed=1) == bootstrap_confusion(CONFUSION, macro_f1, seed=1)
    assert bootstrap_confusion(CONFUSION, macro_f1, seed=1) != bootstrap_confusion(CONFUSION, macro_f1, seed=2)


@pytest.mark.parametrize("statistic", [macro_f1, balanced_accuracy])
def test_bootstrap_covers_the_truth_about_95_times_in_100(statistic):
    truth = np.array([[0.25, 0.05, 0.05], [0.05, 0.2, 0.05], [0.05, 0.05, 0.25]])
    samples = np.random.default_rng(0).multinomial(300, truth.ravel(), size=300).reshape(-1, 3, 3)
    intervals = [bootstrap_confusion(sample, statistic, draws=400) for sample in samples]
    covered = np.mean([low <= statistic(truth) <= high for low, high in intervals])
    assert 0.91 <= covered <= 0.985  # 300 samples: standard error 1.3 %


def test_bootstrap_refuses_an_empty_matrix():
    with pytest.raises(ConfigError, match=r"shape \(2, 2\) with 0 rows cannot be resampled"):
        bootstrap_confusion(np.zeros((2, 2), int), macro_f1)


def test_bootstrap_refuses_a_statistic_without_values():
    with pytest.raises(ConfigError, match="undefined in every resample"):
        bootstrap_confusion(CONFUSION, lambda c: np.full(len(c), np.nan))


def test_scores_by_hand():
    found = score(*answers(CONFUSION), THREE)
    assert (found.n, found.accuracy.value) == (10, 0.8)
    assert found.balanced_accuracy.value == pytest.approx((3 / 4 + 4 / 5 + 1) / 3)
    assert found.macro_f1.value == pytest.approx((6 / 8 + 8 / 10 + 2 / 2) / 3)
    assert [one.n for one in found.per_class] == [4, 5, 1]
    np.testing.assert_array_equal(found.confusion, CONFUSION)


def test_scores_equal_scikit_learns():
    logits, labels = random_rows()
    found, predicted = score(logits, labels, "abcdefg"), logits.argmax(1)
    assert found.accuracy.value == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert found.macro_f1.value == pytest.approx(metrics.f1_score(labels, predicted, average="macro"))
    assert found.balanced_accuracy.value == pytest.approx(metrics.balanced_accuracy_score(labels, predicted))
    np.testing.assert_array_equal(found.confusion, metrics.confusion_matrix(labels, predicted))
    rows = [(one.precision.value, one.recall.value, one.f1.value, one.n) for one in found.per_class]
    np.testing.assert_allclose(np.transpose(rows), metrics.precision_recall_fscore_support(labels, predicted))


def test_a_class_without_rows_or_predictions_is_left_out_of_the_means():
    confusion = np.array([[2, 1, 0], [1, 3, 0], [0, 0, 0]])
    found, two = score_confusion(confusion, THREE), score_confusion(confusion[:2, :2], THREE[:2])
    sad = found.per_class[2]
    assert (sad.n, sad.precision.value, sad.recall.value, sad.f1.value) == (0, None, None, None)
    assert (found.macro_f1.value, found.balanced_accuracy.value) == (two.macro_f1.value, two.balanced_accuracy.value)


def test_a_class_without_rows_that_is_predicted_has_precision_and_f1_of_zero():
    found = score_confusion(np.array([[2, 0, 1], [0, 3, 0], [0, 0, 0]]), THREE)
    sad = found.per_class[2]
    assert (sad.precision.value, sad.recall.value, sad.f1.value) == (0.0, None, 0.0)
    assert found.macro_f1.value == pytest.approx((4 / 5 + 1 + 0) / 3)  # as scikit-learn: the class was predicted
    assert found.balanced_accuracy.value == pytest.approx((2 / 3 + 1) / 2)


def test_f1_of_a_class_never_hit_is_zero_with_an_interval_that_is_not_empty():
    f1 = score_confusion(np.array([[0, 5], [0, 20]]), THREE[:2]).per_class[0].f1
    jaccard = wilson(0, 5)[1]
    assert (f1.value, f1.low, f1.high) == (0.0, 0.0, pytest.approx(2 * jaccard / (1 + jaccard)))


def test_f1_interval_agrees_with_the_bootstrap_where_both_hold():
    confusion = np.array([[700, 300], [200, 800]])
    f1 = score_confusion(confusion, THREE[:2]).per_class[0].f1
    low, high = bootstrap_confusion(confusion, lambda c: 2 * c[:, 0, 0] / (c[:, 0].sum(-1) + c[:, :, 0].sum(-1)))
    assert (f1.low, f1.high) == pytest.approx((low, high), abs=0.005)


def test_ties_go_to_the_first_class():
    found = score(np.zeros((4, 3)), np.array([0, 0, 1, 2]), THREE)
    assert found.confusion[:, 0].tolist() == [2, 1, 1]


def test_scores_survive_json():
    found = score_confusion(np.array([[2, 1, 0], [1, 3, 0], [0, 0, 0]]), THREE)
    assert Scores.from_dict(json.loads(json.dumps(found.as_dict(), allow_nan=False))) == found


@pytest.mark.parametrize(
    ("logits", "labels", "match"),
    [
        (np.zeros((3, 3)), np.zeros(2, int), r"shape \(3, 3\) and labels of shape \(2,\) do not fit"),
        (np.zeros((3, 2)), np.zeros(3, int), "2 columns for 3 expressions"),
        (np.zeros((0, 3)), np.zeros(0, int), "no row to score"),
        (np.zeros((2, 3)), np.array([0, 3]), r"labels run from 0 to 3; with 3 expressions they must lie in 0\.\.2"),
        (np.array([[0, 0, 0], [0, np.nan, 0]]), np.zeros(2, int), "row 1 of the logits is not finite"),
    ],
)
def test_rows_that_cannot_be_scored(logits, labels, match):
    with pytest.raises(DataError, match=match):
        score(logits, labels, THREE)
