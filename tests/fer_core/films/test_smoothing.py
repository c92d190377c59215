"""A window's mean is that of the frames in the window, by their times."""

from __future__ import annotations

import numpy as np

from fer_core.films.smoothing import window_mean


def test_each_time_has_the_mean_of_its_own_window_also_where_frames_are_missing():
    times = np.array([0.0, 0.2, 0.4, 0.6, 2.0, 2.1])
    values = np.random.default_rng(0).dirichlet(np.ones(7), len(times))
    expected = [values[np.abs(times - time) <= 0.2 + 1e-6].mean(0) for time in times]
    found = window_mean(times, values, 0.4)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-12)


def test_no_window_changes_nothing():
    values = np.random.default_rng(1).random((5, 3))
    np.testing.assert_allclose(window_mean(np.arange(5.0), values, 0.0), values, atol=1e-12)
