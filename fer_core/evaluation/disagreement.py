"""How far apart two networks' probabilities are on the same faces."""

from __future__ import annotations

import numpy as np

from fer_core.errors import DataError


def total_variation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return 1/2 sum_k |p_k - q_k| for two networks' probabilities: (N, K) and (N, K) -> (N,), 0..1.

    The total variation distance: the largest difference of the probabilities that the two give to any set of answers
    (Levin, Peres and Wilmer, Markov Chains and Mixing Times, proposition 4.2). 0 where they are equal, 1 where nothing
    that one holds possible is possible to the other.

    Raises:
        DataError: if the shapes differ.
    """
    if np.shape(one) != np.shape(other):
        raise DataError(
            f"probabilities of shape {np.shape(one)} and {np.shape(other)} do not fit; need one row a face and one "
            "column an expression from both networks"
        )
    return np.abs(np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)).sum(axis=1) / 2
