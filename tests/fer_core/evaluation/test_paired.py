"""Paired comparison of two networks, against hand calculations and scipy."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.paired import difference, discordant, holm, mcnemar, mcnemar_clustered, sign_flip_test
from fer_core.evaluation.power import detectable_difference


def test_discordant_counts_who_alone_is_right():
    one = np.array([True, True, True, False, False])
    other = np.array([True, False, False, True, False])
    assert discordant(one, other) == (2, 1)


def test_discordant_refuses_other_faces():
    with pytest.raises(DataError, match="3 and to 2 faces cannot be paired"):
        discordant(np.ones(3, bool), np.ones(2, bool))


def test_difference_by_hand():
    # n' = 102, d = 10/102, root = 30 + 1 - 100/102
    found = difference(20, 10, 100)
    reach = 1.959964 * sqrt(31 - 100 / 102) / 102
    assert found.value == pytest.approx(0.1)
    assert (found.low, found.high) == pytest.approx((10 / 102 - reach, 10 / 102 + reach), abs=1e-6)


def test_difference_of_equal_networks_is_zero_with_room():
    found = difference(0, 0, 50)
    assert found.value == 0
    assert found.low == -found.high < 0


def test_difference_changes_sign_with_the_order():
    there, back = difference(7, 3, 40), difference(3, 7, 40)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


def test_difference_refuses_more_discordant_faces_than_faces():
    with pytest.raises(DataError, match="6 and 5 discordant faces of 10 are impossible"):
        difference(6, 5, 10)


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (5, 5), (3, 12), (200, 260), (0, 900), (1500, 1501)])
def test_mcnemar_is_the_exact_binomial_test(b: int, c: int):
    expected = binomtest(b, b + c, 0.5).pvalue if b + c else 1.0
    assert mcnemar(b, c) == pytest.approx(expected)


def test_holm_by_hand():
    # sorted: 0.01 * 3, 0.03 * 2, 0.04 * 1 -> raised to its predecessor 0.06
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


@pytest.mark.parametrize("true", [0.0, 0.04])
def test_the_interval_of_a_difference_covers_the_truth_93_to_97_times_in_100(true: float):
    chances = [0.12 + true, 0.12, 0.76 - true]  # only the first right, only the second, both alike
    samples = np.random.default_rng(0).multinomial(400, chances, size=3000)
    found = [difference(int(b), int(c), 400) for b, c, _ in samples]
    assert 0.93 <= np.mean([one.low <= true <= one.high for one in found]) <= 0.97  # standard error 0.4 %


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (3, 12), (40, 61)])
def test_mcnemar_in_groups_of_one_face_is_mcnemar(b: int, c: int):
    one = np.array([True] * b + [False] * c + [True] * 5)
    other = np.array([False] * b + [True] * c + [True] * 5)
    assert mcnemar_clustered(one, other, np.arange(len(one))) == pytest.approx(mcnemar(b, c))


def test_swap_test_by_hand():
    # T = +-2 +-1: 3, 1, -1, -3, a quarter each
    assert sign_flip_test(np.array([2, 1])) == pytest.approx(0.5)
    assert sign_flip_test(np.array([2, -1])) == 1
    assert sign_flip_test(np.array([2, 2, 2, 0])) == pytest.approx(2 / 8)
    assert sign_flip_test(np.array([0, 0])) == 1


def test_six_faces_of_one_person_are_one_piece_of_evidence():
    one, other = np.ones(6, bool), np.zeros(6, bool)
    assert mcnemar_clustered(one, other, np.zeros(6)) == 1
    assert mcnemar_clustered(one, other, np.arange(6)) == pytest.approx(2 / 2**6)


def test_groups_must_name_each_face():
    with pytest.raises(DataError, match=r"groups of shape \(2,\) do not say who is on each of 3 faces"):
        mcnemar_clustered(np.ones(3, bool), np.ones(3, bool), np.zeros(2))


def test_groups_keep_false_alarms_at_5_percent_where_plain_mcnemar_does_not():
    """Each person suits one of two equally good networks better: plain McNemar takes that for a difference."""
    random = np.random.default_rng(0)
    people = np.arange(60).repeat(8)
    plain, clustered = [], []
    for _ in range(600):
        lean = random.normal(0, 0.25, 60)[people]
        one, other = (random.random(480) < np.clip(0.6 + side * lean, 0, 1) for side in (1, -1))
        plain.append(mcnemar(*discordant(one, other)) < 0.05)
        clustered.append(mcnemar_clustered(one, other, people) < 0.05)
    assert np.mean(clustered) <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / 600)  # 99.5 % of samples at a true 5 %
    assert np.mean(plain) > 0.15


def test_detectable_difference_solves_its_equation():
    n, q = 3589, 0.18
    d = detectable_difference(n, q, power=0.8)
    assert sqrt(n) * d == pytest.approx(1.959964 * sqrt(q) + 0.841621 * sqrt(q - d * d), rel=1e-5)


def test_a_detectable_difference_is_detected_about_four_times_in_five():
    n, q = 2000, 0.2
    d = detectable_difference(n, q)
    samples = np.random.default_rng(0).multinomial(n, [(q + d) / 2, (q - d) / 2, 1 - q], size=2000)
    found = np.mean([mcnemar(int(b), int(c)) <= 0.05 for b, c, _ in samples])
    assert 0.75 < found < 0.82  # the exact test is a little more careful than the formula


def test_more_faces_and_pairs_move_what_can_be_seen():
    assert detectable_difference(4000, 0.2) < detectable_difference(1000, 0.2)
    assert detectable_difference(1000, 0.2, alpha=0.05 / 45) > detectable_difference(1000, 0.2)


def test_power_refuses_what_is_not_valid():
    with pytest.raises(ConfigError, match="0 faces, a discordance of 0.2 and alpha 0.05 are not valid"):
        detectable_difference(0, 0.2)
    with pytest.raises(ConfigError, match="power of 80 cannot be asked for"):
        detectable_difference(100, 0.2, power=80)
    with pytest.raises(DataError, match="no difference is found with a power of 80%; more faces are needed"):
        detectable_difference(10, 0.1)
    with pytest.raises(DataError, match="with 10.0% of 50 faces .* no difference is found"):
        detectable_difference(50, 0.1)
