"""Two maps agree as far as their ranks and their strongest fifths do."""

from __future__ import annotations

import numpy as np
import pytest

from fer_core.explain.map_similarity import CHANCE_IOU, map_similarity, rank_correlation, strongest

RAMP = np.arange(10, dtype=np.float32).reshape(2, 5)


def test_the_same_order_agrees_fully_whatever_the_scale():
    found = map_similarity(RAMP, np.exp(RAMP))
    assert found.correlation == pytest.approx(1) and found.overlap == 1


def test_the_opposite_order_disagrees_fully():
    found = map_similarity(RAMP, -RAMP)
    assert found.correlation == pytest.approx(-1) and found.overlap == 0


def test_equal_values_share_their_mean_rank():
    # Ranks 1, 2, 3 against 1.5, 1.5, 3: centred (-1, 0, 1) and (-.5, -.5, 1), so 1.5 / sqrt(2 * 1.5).
    assert rank_correlation(np.float32([1, 2, 3]), np.float32([5, 5, 9])) == pytest.approx(1.5 / np.sqrt(3))


def test_the_strongest_fifth_of_ten_are_two_and_half_of_them_may_be_shared():
    other = RAMP.copy()
    other[1, 4], other[0, 0] = 0, 9  # 8 stays strong in both; 9 in one, the first pixel in the other
    assert strongest(RAMP).sum() == 2
    assert map_similarity(RAMP, other).overlap == pytest.approx(1 / 3)


def test_the_weakest_value_is_never_among_the_strongest():
    mostly_zero = np.zeros(10, np.float32)
    mostly_zero[3] = 1
    assert np.flatnonzero(strongest(mostly_zero)).tolist() == [3]


def test_a_flat_map_ranks_nothing():
    found = map_similarity(RAMP, np.ones_like(RAMP))
    assert found.correlation is None and found.overlap is None


def test_independent_maps_overlap_by_chance():
    dice = np.random.default_rng(0)
    overlaps = [map_similarity(dice.random((48, 48)), dice.random((48, 48))).overlap for _ in range(50)]
    assert np.mean(overlaps) == pytest.approx(CHANCE_IOU, abs=0.01) and pytest.approx(1 / 9) == CHANCE_IOU
