"""The paired bootstrap: its value by hand, its interval by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from fer_core.errors import DataError
from fer_core.evaluation.paired import difference, discordant
from fer_core.evaluation.resampling import (
    PairedDraws,
    accuracy,
    class_differences,
    difference_matrix,
    paired_difference,
)
from fer_core.evaluation.scores import macro_f1

TRUTH = np.array([0.5, 0.3, 0.2])  # shares of the classes


def answers(random: np.random.Generator, labels: np.ndarray, skill: float, face: np.ndarray) -> np.ndarray:
    """Classes said by a network with this skill; `face` (N,) in 0..1 makes the same faces hard for all."""
    knows = random.random(len(labels)) < np.clip(skill + 0.3 * (face - 0.5), 0, 1)
    return np.where(knows, labels, random.integers(0, 3, len(labels)))


def rows(seed: int, n: int = 600, skills: tuple[float, float] = (0.7, 0.6)) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    labels, face = random.choice(3, n, p=TRUTH), random.random(n)
    return labels, *(answers(random, labels, skill, face) for skill in skills)


def true_difference(skills: tuple[float, float] = (0.7, 0.6)) -> tuple[float, float]:
    """Accuracy and macro-F1 differences of the population: a network says `wrong` on (1 - skill) / 3 of each class."""
    confusions = [np.diag(TRUTH) * skill + np.outer(TRUTH, [1 / 3] * 3) * (1 - skill) for skill in skills]
    one, other = ((accuracy(c), macro_f1(c)) for c in confusions)
    return one[0] - other[0], one[1] - other[1]


def test_values_are_those_of_the_rows_themselves():
    labels, one, other = rows(0)
    found = paired_difference(labels, one, other, 3)
    assert found.accuracy.value == pytest.approx((one == labels).mean() - (other == labels).mean())
    expected = f1_score(labels, one, average="macro") - f1_score(labels, other, average="macro")
    assert found.macro_f1.value == pytest.approx(expected)
    assert paired_difference(labels, one, other, 3, groups=np.arange(600)).macro_f1.value == pytest.approx(expected)


def test_the_interval_of_accuracy_agrees_with_the_formula():
    labels, one, other = rows(1, n=2000)
    formula = difference(*discordant(one == labels, other == labels), 2000)
    found = paired_difference(labels, one, other, 3).accuracy
    assert (found.low, found.high) == pytest.approx((formula.low, formula.high), abs=0.003)


def test_the_same_seed_gives_the_same_interval():
    labels, one, other = rows(2)
    assert paired_difference(labels, one, other, 3) == paired_difference(labels, one, other, 3)
    assert paired_difference(labels, one, other, 3) != paired_difference(labels, one, other, 3, seed=1)


def test_a_network_does_not_differ_from_itself():
    labels, one, _ = rows(3)
    found = paired_difference(labels, one, one, 3)
    assert (found.macro_f1.value, found.macro_f1.low, found.macro_f1.high) == (0, 0, 0)


def test_intervals_cover_the_truth_93_to_97_times_in_100():
    true, sets = true_difference(), 800
    found = [paired_difference(*rows(seed), 3, draws=600) for seed in range(sets)]
    for name, value in zip(("accuracy", "macro_f1"), true, strict=True):
        covered = [getattr(one, name).low <= value <= getattr(one, name).high for one in found]
        assert 0.93 <= np.mean(covered) <= 0.97, name  # standard error 0.8 %


def test_whole_people_cover_the_truth_where_single_faces_do_not():
    """118 people with 8 faces each; each person suits one of the two networks better than the other."""
    people, sets = np.arange(118).repeat(8), 500
    covered, covered_by_faces = [], []
    for seed in range(sets):
        random = np.random.default_rng(seed)
        labels = random.choice(3, len(people), p=TRUTH)
        lean = random.normal(0, 0.25, 118)[people]
        # On the average over people, clipping aside, both know 60 %.
        one, other = (
            np.where(random.random(len(people)) < np.clip(0.6 + side * lean, 0.2, 1), labels, (labels + 1) % 3)
            for side in (1, -1)
        )
        for groups, results in ((people, covered), (None, covered_by_faces)):
            found = paired_difference(labels, one, other, 3, groups=groups, draws=400).accuracy
            results.append(found.low <= 0 <= found.high)
    assert 0.93 <= np.mean(covered) <= 0.97  # standard error 1 %
    assert np.mean(covered_by_faces) < 0.9


def test_class_differences_equal_scikit_learns():
    labels, one, other = rows(4)
    found = class_differences(labels, one, other, "abc")
    assert [part.n for part in found] == np.bincount(labels).tolist()
    for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        expected = score(labels, one, average=None) - score(labels, other, average=None)
        assert [getattr(part, name).value for part in found] == pytest.approx(expected.tolist())
    assert all(part.f1.low <= part.f1.value <= part.f1.high for part in found)


def test_a_class_that_one_network_never_says_has_no_difference_in_precision():
    labels, one = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    found = class_differences(labels, one, np.zeros(4, int), "ab")[1]
    assert (found.precision.value, found.recall.value, found.f1.value) == (None, 1, 1)


def test_any_statistic_can_be_asked_of_the_same_draws():
    labels, one, other = rows(5)
    drawn = PairedDraws(labels, one, other, 3)
    assert (
        drawn.difference(lambda c: c[:, 0, 0]).value
        == ((one == 0) & (labels == 0)).sum() - ((other == 0) & (labels == 0)).sum()
    )


def test_a_matrix_of_many_networks_holds_what_each_pair_gives():
    labels, one, other = rows(7, n=1500)
    found = difference_matrix(labels, np.stack([one, other, labels]), 3)
    pair = paired_difference(labels, one, other, 3).macro_f1
    assert found.value[2] == pytest.approx(1)
    assert found.difference[0, 1] == pytest.approx(pair.value)
    assert (found.low[0, 1], found.high[0, 1]) == pytest.approx((pair.low, pair.high), abs=0.005)
    assert found.low == pytest.approx(-found.high.T)
    by_face = difference_matrix(labels, np.stack([one, other]), 3, accuracy, groups=np.arange(1500))
    assert by_face.difference[0, 1] == pytest.approx((one == labels).mean() - (other == labels).mean())


def test_one_person_cannot_be_resampled():
    labels, one, other = rows(6)
    with pytest.raises(DataError, match="all 600 faces are of one person, 3; resampling people needs at least two"):
        paired_difference(labels, one, other, 3, groups=np.full(600, 3))


def test_unequal_rows_are_refused():
    with pytest.raises(DataError, match="cannot be paired; give all three for the same faces"):
        paired_difference(np.zeros(3, int), np.zeros(2, int), np.zeros(3, int), 3)
