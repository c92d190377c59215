"""Labels and row numbers in as few bytes as they need. No torch."""

from __future__ import annotations

import numpy as np


def narrow(array: np.ndarray) -> np.ndarray:
    """Return whole numbers in the smallest unsigned type that holds them all, other arrays as they are.

    Half a row of answers would otherwise be zeros: a label takes one byte, not eight.
    """
    if array.dtype.kind not in "iu" or array.size == 0 or array.min() < 0:
        return array
    return array.astype(np.min_scalar_type(int(array.max())))


def widen(array: np.ndarray) -> np.ndarray:
    """Undo `narrow`: whole numbers as int64, other arrays as they are."""
    return array.astype(np.int64) if array.dtype.kind in "iu" else array
