"""Probabilities averaged over time, so that one blurred frame does not look like a change of expression."""

from __future__ import annotations

import numpy as np


def window_mean(times_s: np.ndarray, values: np.ndarray, window_s: float) -> np.ndarray:
    """Return at each time the mean of all values at most half a window before or after it.

    Symmetric, so that nothing is late; a mean of probabilities that sum to 1 sums to 1; frames that are missing weigh
    nothing.

    Args:
        times_s: (N,), rising. values: (N, K). window_s: 0 or more; at 0 the values stay.

    Returns:
        (N, K) float64.
    """
    starts = np.searchsorted(times_s, times_s - window_s / 2 - 1e-9, "left")  # 1e-9: times are rounded fractions
    ends = np.searchsorted(times_s, times_s + window_s / 2 + 1e-9, "right")
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return (sums[ends] - sums[starts]) / (ends - starts)[:, None]
