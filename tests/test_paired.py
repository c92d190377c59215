"""Paired comparison of two networks, against hand calculations and scipy."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from fer_core.errors import DataError
from fer_core.evaluation.paired import cell_tests, difference, discordant, holm, mcnemar


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
    with pytest.raises(DataError, match="6 and 5 discordant faces of 10 cannot be"):
        difference(6, 5, 10)


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (5, 5), (3, 12), (200, 260)])
def test_mcnemar_is_the_exact_binomial_test(b: int, c: int):
    expected = binomtest(b, b + c, 0.5).pvalue if b + c else 1.0
    assert mcnemar(b, c) == pytest.approx(expected)


def test_holm_by_hand():
    # sorted: 0.01 * 3, 0.03 * 2, 0.04 * 1 -> raised to its predecessor 0.06
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_cell_tests_finds_the_one_cell_that_differs():
    labels = np.array([0] * 40 + [1] * 40)
    other = labels.copy()
    one = labels.copy()
    one[:20] = 1  # twenty faces of class 0 are called 1 by the first network only
    p = cell_tests(labels, one, other, 2)
    assert p[0, 1] == pytest.approx(4 * 2 / 2**20)  # the smallest of four, all b + c = 20 on one side
    assert (p[1] == 1).all()
