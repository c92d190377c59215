"""The temperature that makes a network's confidence honest, fitted on validation; `calibration` says what it is."""

from __future__ import annotations

from math import exp, log

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.calibration import check_answers, probabilities

COLDEST, HOTTEST = 0.01, 100.0


def fitted_or_none(logits: np.ndarray, labels: np.ndarray) -> float | None:
    """Return what `fit_temperature` returns, None where no temperature fits."""
    try:
        return fit_temperature(logits, labels)
    except DataError:
        return None


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the T that makes validation labels most likely: argmin over T of the mean -log softmax(z / T)_label.

    In 1 / T that is convex, and its slope, mean(E_p[z] - z_label), grows with 1 / T; we bisect for its zero.

    Args:
        logits, labels: of the validation split. Never of the split that is judged with the result.

    Raises:
        DataError: if they do not fit, or no T between 0.01 and 100 is best: a network without a mistake on these rows
            wants T = 0, one that is no better than guessing T = infinity.
    """
    check_answers(logits, labels)
    scores = np.asarray(logits, dtype=np.float64)
    target = scores[np.arange(len(labels)), labels].mean()

    def slope(temperature: float) -> float:
        return float((probabilities(scores, temperature) * scores).sum(axis=1).mean() - target)

    if slope(COLDEST) <= 0 or slope(HOTTEST) >= 0:
        reason = "makes no mistake" if slope(COLDEST) <= 0 else "is no better than guessing"
        raise DataError(
            f"no temperature fits: the network {reason} on these {len(labels)} faces, so that any confidence would "
            "do; use a validation split on which it is right and wrong"
        )
    low, high = log(COLDEST), log(HOTTEST)
    for _ in range(60):  # halves the range of log T each time: to about 1e-17
        middle = (low + high) / 2
        low, high = (low, middle) if slope(exp(middle)) < 0 else (middle, high)
    return exp((low + high) / 2)
