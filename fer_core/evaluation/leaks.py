"""The effect of test faces that are also in the training set: the score with and without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate, proportion, unpaired_difference


@dataclass(frozen=True)
class LeakReport:
    """Accuracy on all n faces, on those that did not leak, and on those that did.

    Attributes:
        full, clean: clean leaves the leaked faces out.
        leaked: on the n_leaked leaked faces alone; unknown if there are none.
        gain: full minus clean, -1..1, with a 95 % interval: what the leak adds to the printed number.
    """

    n: int
    n_leaked: int
    full: Estimate
    clean: Estimate
    leaked: Estimate
    gain: Estimate


def without_rows(rows: np.ndarray, excluded: Iterable[int]) -> np.ndarray:
    """Return the positions of rows (N,) that are not excluded; excluded rows of other splits are ignored.

    Raises:
        DataError: if nothing is left.
    """
    excluded = list(excluded)
    remaining = np.flatnonzero(~np.isin(rows, excluded))
    if remaining.size == 0:
        raise DataError(f"all {len(rows)} faces are among the {len(excluded)} left out; nothing remains to score")
    return remaining


def accuracy_without(logits: np.ndarray, labels: np.ndarray, rows: np.ndarray, excluded: Iterable[int]) -> LeakReport:
    """Return a split's accuracy with and without some of its rows.

    Leaked and clean faces are different faces, so gain = share leaked * (accuracy leaked - accuracy clean) takes the
    interval of a difference of two independent shares (Newcombe 1998, Stat. Med. 17:873, method 10).

    Args:
        logits (N, K), labels (N,), rows (N,): as stored; rows are indices into the data set.
        excluded: indices into the data set, as the audit of the data set lists them.

    Raises:
        DataError: if shapes disagree or no row is left.
    """
    if np.shape(rows) != np.shape(labels):
        raise DataError(f"{np.size(rows)} row numbers for {np.size(labels)} faces do not fit; need one a face")
    remaining = without_rows(rows, excluded)
    is_leaked = np.ones(len(rows), dtype=bool)
    is_leaked[remaining] = False
    is_right = logits.argmax(axis=1) == labels
    leaked, clean = (proportion(int(is_right[part].sum()), int(part.sum())) for part in (is_leaked, ~is_leaked))
    return LeakReport(
        n=len(rows),
        n_leaked=int(is_leaked.sum()),
        full=proportion(int(is_right.sum()), len(rows)),
        clean=clean,
        leaked=leaked,
        gain=_gain(leaked, clean, float(is_leaked.mean())),
    )


def _gain(leaked: Estimate, clean: Estimate, share: float) -> Estimate:
    if leaked.value is None:
        return Estimate(0.0, 0.0, 0.0)
    return Estimate(*(share * end for end in unpaired_difference(leaked, clean).numbers()))
