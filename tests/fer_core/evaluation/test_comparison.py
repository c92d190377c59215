"""All pairs of many networks, and one confusion matrix minus another."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from fer_core.errors import DataError
from fer_core.evaluation.comparison import compare, tie_groups
from fer_core.evaluation.confusion_difference import cell_faces, confusion_difference
from fer_core.evaluation.paired import difference, holm, mcnemar


def right(*counts: int, n: int = 40) -> np.ndarray:
    """Networks that are right on the first `count` of n faces."""
    return np.arange(n) < np.array(counts)[:, None]


def test_compare_by_hand():
    found = compare(["a", "b", "c"], right(30, 28, 10))
    assert found.accuracy.tolist() == [0.75, 0.7, 0.25]
    assert found.only.tolist() == [[0, 2, 20], [0, 0, 18], [0, 0, 0]]
    assert found.difference[0].tolist() == pytest.approx([0, 2 / 40, 20 / 40])
    plain = [mcnemar(2, 0), mcnemar(20, 0), mcnemar(18, 0)]
    assert [found.p[0, 1], found.p[0, 2], found.p[1, 2]] == plain
    assert [found.p_holm[0, 1], found.p_holm[0, 2], found.p_holm[1, 2]] == holm(plain)
    assert (found.low[0, 2], found.high[0, 2]) == (difference(20, 0, 40).low, difference(20, 0, 40).high)
    assert found.discordance[0, 1] == pytest.approx(2 / 40)


def test_matrices_change_sign_with_the_order():
    found = compare(["a", "b"], np.random.default_rng(0).random((2, 200)) < 0.6)
    assert (found.difference + found.difference.T == 0).all()
    assert found.low == pytest.approx(-found.high.T)
    assert (found.p == found.p.T).all() and (found.p.diagonal() == 1).all()


def test_tie_groups_of_networks_by_name():
    found = compare(["bad", "good", "better"], right(10, 28, 30))
    assert found.ranking == [2, 1, 0]
    assert found.tie_groups == [("better", "good"), ("bad",)]


@pytest.mark.parametrize(
    ("distinct", "expected"),
    [
        ([], [(0, 1, 2)]),
        ([(0, 2)], [(0, 1), (1, 2)]),  # a tie is not passed on
        ([(0, 1), (0, 2), (1, 2)], [(0,), (1,), (2,)]),
        ([(0, 1)], [(0,), (1, 2)]),  # 0 and 2 are not told apart, but 1 stands between them
    ],
)
def test_tie_groups_are_maximal_runs(distinct, expected):
    matrix = np.zeros((3, 3), bool)
    for i, j in distinct:
        matrix[i, j] = matrix[j, i] = True
    assert tie_groups([0, 1, 2], matrix) == expected


def test_one_network_is_its_own_group():
    assert compare(["a"], right(3)).tie_groups == [("a",)]


def test_identical_networks_raise_at_most_5_percent_family_wise_alarms():
    """Six equally good networks, faces of different difficulty: 15 pairs, one alarm among them counts."""
    random, sets = np.random.default_rng(0), 500
    alarms = []
    for _ in range(sets):
        difficulty = random.beta(2, 1, 500)
        alarms.append(compare("abcdef", random.random((6, 500)) < difficulty).is_distinct.any())
    assert np.mean(alarms) <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / sets)  # 99.5 % of samples at a true 5 %


def test_grouped_networks_are_compared_by_person():
    people = np.arange(30).repeat(4)
    is_right = np.stack([people < 20, people < 15, people < 20])
    found = compare("abc", is_right, groups=people)
    assert found.groups == 30
    assert found.p[0, 1] == pytest.approx(2 / 2**5)  # five people of one mind, not twenty faces
    assert found.low[0, 1] < found.difference[0, 1] < found.high[0, 1]
    assert found.low == pytest.approx(-found.high.T)
    assert found.low[0, 2] == found.high[0, 2] == 0


def test_compare_refuses_answers_that_do_not_fit():
    with pytest.raises(DataError, match=r"3 networks and answers of shape \(2, 40\) do not fit"):
        compare("abc", right(3, 4))
    with pytest.raises(DataError, match=r"groups of shape \(3,\) do not say who is on each of 40 faces"):
        compare("ab", right(3, 4), groups=np.zeros(3))
    with pytest.raises(DataError, match="all 40 faces are of one person, 7"):
        compare("ab", right(3, 4), groups=np.full(40, 7))


LABELS = np.array([0] * 40 + [1] * 20)
ONE = np.array([0] * 20 + [1] * 20 + [1] * 20)
OTHER = np.array([0] * 40 + [1] * 18 + [0] * 2)


def test_confusion_difference_by_hand():
    found = confusion_difference(LABELS, ONE, OTHER, 3)
    assert found.counts.tolist() == [[-20, 20, 0], [-2, 2, 0], [0, 0, 0]]
    assert found.shares[:2, :2].tolist() == [[-0.5, 0.5], [-0.1, 0.1]]
    assert (found.only_one[0, 1], found.only_other[0, 1]) == (20, 0)
    assert (found.low[0, 1], found.high[0, 1]) == (difference(20, 0, 40).low, difference(20, 0, 40).high)
    assert found.p[0, 1] == mcnemar(20, 0)
    assert found.p_holm[0, 1] == pytest.approx(6 * mcnemar(20, 0))  # two rows with faces, three columns
    assert found.is_distinct.tolist() == [[True, True, False], [False] * 3, [False] * 3]


def test_a_class_without_faces_has_no_difference_but_counts():
    found = confusion_difference(LABELS, ONE, OTHER, 3)
    assert np.isnan(found.shares[2]).all() and np.isnan(found.low[2]).all()
    assert (found.p_holm[2] == 1).all()


def test_twenty_faces_of_four_people_are_four_pieces_of_evidence():
    people = np.concatenate([np.arange(10).repeat(2), np.arange(10, 14).repeat(5), np.arange(14, 24).repeat(2)])
    found = confusion_difference(LABELS, ONE, OTHER, 3, groups=people)
    assert found.counts[0].tolist() == [-20, 20, 0]
    assert found.p[0, 1] == pytest.approx(2 / 2**4)  # of four fair coins all fall alike; of twenty faces it is 2 / 2^20
    assert found.p_holm[0, 1] == pytest.approx(6 * 2 / 2**4)
    assert not found.is_distinct.any()
    assert found.low[0, 1] < found.shares[0, 1] == 0.5 < found.high[0, 1]


def test_the_interval_of_a_cell_draws_whole_people():
    # One person alone differs, on all four faces of class 0: a draw of G people takes him k times, share k / G.
    labels, people = np.zeros(40, int), np.arange(10).repeat(4)
    one, other = np.where(people == 0, 1, 0), np.zeros(40, int)
    found = confusion_difference(labels, one, other, 2, groups=people)
    assert found.shares[0, 1] == pytest.approx(0.1)
    assert (found.low[0, 1], found.high[0, 1]) == (0, pytest.approx(0.3))  # 2.5 and 97.5 % of Binomial(10, 1 / 10)


def test_the_faces_behind_a_cell_are_its_count():
    both, first, second = cell_faces(LABELS, ONE, OTHER, (0, 0))
    assert (len(both), len(first), second.tolist()) == (20, 0, list(range(20, 40)))
    assert len(both) + len(first) == ((LABELS == 0) & (ONE == 0)).sum()


def test_confusion_difference_refuses_other_faces():
    with pytest.raises(DataError, match=r"shapes \(60,\), \(59,\) and \(60,\) cannot be paired"):
        confusion_difference(LABELS, ONE[:-1], OTHER, 3)
    with pytest.raises(DataError, match=r"classes run from 0 to 1; with 1 expressions they must lie in 0\.\.0"):
        confusion_difference(LABELS, ONE, OTHER, 1)
