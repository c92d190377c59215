"""A face and its mirror image show the same expression. Does the network say so?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.calibration import log_probabilities, probabilities
from fer_core.evaluation.intervals import Estimate, mean, proportion


@dataclass(frozen=True, eq=False)
class FlipConsistency:
    """What mirroring does to n answers.

    Attributes:
        changed: share of the faces whose answer changes; is_changed: which, bool (n,).
        shift: mean total variation between the two distributions, 1/2 sum_k |p_k - q_k|, 0..1.
    """

    n: int
    changed: Estimate
    shift: Estimate
    is_changed: np.ndarray


def flip_consistency(logits: np.ndarray, mirrored: np.ndarray) -> FlipConsistency:
    """Compare the answers to faces with those to the same faces mirrored left to right.

    Args:
        logits, mirrored: (N, K), the same faces in the same order.

    Raises:
        DataError: if the shapes differ or there is no face.
    """
    _check(logits, mirrored)
    one, other = np.argmax(logits, axis=1), np.argmax(mirrored, axis=1)
    shift = np.abs(probabilities(logits) - probabilities(mirrored)).sum(axis=1) / 2
    return FlipConsistency(len(logits), changed_share(one, other), mean(shift), one != other)


def changed_share(answers: np.ndarray, others: np.ndarray) -> Estimate:
    """Return the share of the faces that get another answer, with Wilson's interval; both (N,), the same faces.

    Raises:
        DataError: if the shapes differ.
    """
    if np.shape(answers) != np.shape(others) or np.ndim(answers) != 1:
        raise DataError(
            f"answers of shape {np.shape(answers)} and {np.shape(others)} do not fit; need both (N,) for the same faces"
        )
    return proportion(int(np.sum(answers != others)), len(answers))


def flip_average(logits: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """Return logits (N, K) of the mean of both probabilities: what asking twice would answer. Raises DataError."""
    _check(logits, mirrored)
    return np.logaddexp(log_probabilities(logits), log_probabilities(mirrored)) - np.log(2)


def _check(logits: np.ndarray, mirrored: np.ndarray) -> None:
    if np.ndim(logits) != 2 or np.shape(logits) != np.shape(mirrored) or len(logits) == 0:
        raise DataError(
            f"logits of shape {np.shape(logits)} and of mirrored faces {np.shape(mirrored)} do not fit; need both "
            "(N, K) for the same faces"
        )
