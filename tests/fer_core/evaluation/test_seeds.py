"""Mean and spread over seeds, against hand-counted cases."""

from __future__ import annotations

import pytest

from fer_core.errors import DataError
from fer_core.evaluation.seeds import over_seeds


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
