"""One confusion matrix minus another, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core.errors import DataError
from fer_core.evaluation.confusion_difference import cell_faces, confusion_difference
from fer_core.evaluation.paired import difference, mcnemar

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
