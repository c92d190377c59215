"""Mean and spread over seeds, against hand-counted cases."""

from __future__ import annotations

import pytest

from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.seeds import estimate_over_seeds, over_seeds


def test_mean_and_sample_deviation_by_hand():
    """0.68, 0.69, 0.71: mean 0.69333, squared distances 1.778e-4 + 1.11e-5 + 2.778e-4 = 4.667e-4, halved and rooted."""
    found = over_seeds([0.69, 0.68, 0.71])
    assert (found.n, found.least, found.most) == (3, 0.68, 0.71)
    assert found.mean == pytest.approx(2.08 / 3)
    assert found.deviation == pytest.approx((4.6666667e-4 / 2) ** 0.5)


def test_a_single_seed_has_no_spread():
    found = over_seeds([0.7])
    assert (found.n, found.mean, found.deviation) == (1, 0.7, None)


def test_equal_seeds_have_the_spread_zero():
    assert over_seeds([0.5, 0.5]).deviation == 0


def test_no_seed_is_refused():
    with pytest.raises(DataError, match="no seed was given, so there is no mean; give the number of at least one"):
        over_seeds([])


def test_an_interval_over_faces_and_seeds_by_hand():
    """s of 0.68 and 0.70 is 0.02 / sqrt 2 and t of one degree of freedom 12.706, so seeds reach 0.12706."""
    found = estimate_over_seeds([Estimate(0.68, 0.66, 0.71), Estimate(0.70, 0.68, 0.73)])
    assert found.value == pytest.approx(0.69)
    assert found.low == pytest.approx(0.69 - (0.02**2 + 0.12706**2) ** 0.5, abs=1e-5)
    assert found.high == pytest.approx(0.69 + (0.03**2 + 0.12706**2) ** 0.5, abs=1e-5)
    assert estimate_over_seeds([Estimate(0.68, 0.66, 0.71)]) == Estimate(0.68, 0.66, 0.71)
