"""The score without faces that leaked into training."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest

from fer_core.errors import DataError
from fer_core.evaluation.intervals import proportion, wilson
from fer_core.evaluation.leaks import _gain, accuracy_without, without_rows

LABELS = np.array([0, 0, 1, 1, 1, 0, 0, 1, 1, 1])
SAID = np.array([0, 0, 1, 1, 1, 1, 0, 1, 0, 0])  # seven of ten right; the first four leaked and are right
LOGITS, ROWS = np.eye(2)[SAID], np.arange(100, 110)
LEAKED = [100, 101, 102, 103, 5]  # row 5 is of another split


def test_full_and_clean_by_hand():
    found = accuracy_without(LOGITS, LABELS, ROWS, LEAKED)
    assert (found.n, found.full.value, found.clean.value) == (10, 0.7, 0.5)
    assert (found.clean.low, found.clean.high) == pytest.approx(wilson(3, 6))
    assert (found.n_leaked, found.leaked.value) == (4, 1.0)


def test_the_gain_is_full_minus_clean_with_newcombes_interval():
    gain = accuracy_without(LOGITS, LABELS, ROWS, LEAKED).gain
    (leaked_low, leaked_high), (clean_low, clean_high) = wilson(4, 4), wilson(3, 6)
    assert gain.value == pytest.approx(0.7 - 0.5)
    assert gain.low == pytest.approx(0.4 * (0.5 - hypot(1 - leaked_low, clean_high - 0.5)))
    assert gain.high == pytest.approx(0.4 * (0.5 + hypot(leaked_high - 1, 0.5 - clean_low)))


def test_nothing_leaked_is_nothing_gained():
    found = accuracy_without(LOGITS, LABELS, ROWS, [])
    assert (found.n_leaked, found.leaked.value, found.gain.value) == (0, None, 0)
    assert found.clean == found.full


def test_the_interval_of_the_gain_covers_the_truth_93_to_97_times_in_100():
    """300 of 3,000 faces leaked; the network knows 90 % of them and 65 % of the rest."""
    random, sets, covered = np.random.default_rng(0), 2000, []
    hits = np.stack([random.binomial(300, 0.9, sets), random.binomial(2700, 0.65, sets)], axis=1)
    for leaked, clean in hits:
        found = _gain(proportion(int(leaked), 300), proportion(int(clean), 2700), 0.1)
        covered.append(found.low <= 0.1 * 0.25 <= found.high)
    assert 0.93 <= np.mean(covered) <= 0.97


def test_leaving_out_all_is_refused():
    with pytest.raises(DataError, match="all 10 faces are among the 10 left out; nothing remains to score"):
        without_rows(ROWS, range(100, 110))
    with pytest.raises(DataError, match="9 row numbers for 10 faces do not fit"):
        accuracy_without(LOGITS, LABELS, ROWS[:9], LEAKED)
