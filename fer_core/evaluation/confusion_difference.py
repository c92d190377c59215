"""Where two networks err differently: one confusion matrix minus another, each cell with its interval and test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from fer_core.evaluation.paired import ALPHA, difference, discordant, holm, mcnemar, mcnemar_clustered
from fer_core.evaluation.resampling import PairedDraws, check_answers


@dataclass(frozen=True, eq=False)
class ConfusionDifference:
    """First network minus second on the same n faces. All matrices are (K, K), rows the true class.

    Attributes:
        counts: faces, int; one.confusion - other.confusion.
        shares: counts as a share of the row's faces, -1..1; nan in a row without faces, as are low and high.
        low, high: 95 % interval of `shares`, cell by cell (Agresti and Min 2005; with groups a bootstrap of whole
            groups). Times the row's faces: of `counts`.
        only_one, only_other: faces of the row that only the first, or only the second, puts into the cell.
        p, p_holm: exact McNemar p-value of each cell's question (with groups its form for groups), plain and adjusted
            over all cells of rows with faces.
    """

    n: int
    counts: np.ndarray
    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray
    only_one: np.ndarray
    only_other: np.ndarray
    p: np.ndarray
    p_holm: np.ndarray

    @property
    def is_distinct(self) -> np.ndarray:
        """Cells in which the two differ at 5 %, all cells tested together; grey the rest."""
        return self.p_holm < ALPHA


def _share_of_row(i: int, j: int, cells: np.ndarray) -> np.ndarray:
    return cells[:, i, j] / cells[:, i].sum(-1)


def confusion_difference(
    labels: np.ndarray, one: np.ndarray, other: np.ndarray, size: int, groups: np.ndarray | None = None
) -> ConfusionDifference:
    """Compare two networks cell by cell.

    Cell (i, j) asks of the faces that are truly i: does one network predict j for more of them? The pairs that answer
    are the faces that exactly one of the two predicts as j.

    Args:
        labels, one, other: true and predicted classes (N,), 0..size-1, for the same faces in the same order.
        groups: (N,) who is on each face, where several faces show one person; None where faces count singly.

    Raises:
        DataError: if the shapes disagree, there is no face, a class is outside 0..size-1 or all faces are one group.
    """
    check_answers(labels, one, other, size)
    drawn = None if groups is None else PairedDraws(labels, one, other, size, groups)  # refuses what does not fit
    only = np.zeros((2, size, size), dtype=np.int64)
    ends = np.full((2, size, size), np.nan)
    p, p_holm = np.ones((size, size)), np.ones((size, size))
    rows = np.bincount(labels, minlength=size)
    for i in np.flatnonzero(rows):
        is_i = labels == i
        for j in range(size):
            predicted, predicted_other = one[is_i] == j, other[is_i] == j
            b, c = only[:, i, j] = discordant(predicted, predicted_other)
            if drawn is None or groups is None:
                estimate, p[i, j] = difference(int(b), int(c), int(rows[i])), mcnemar(int(b), int(c))
            else:
                estimate = drawn.difference(partial(_share_of_row, int(i), j))
                p[i, j] = mcnemar_clustered(predicted, predicted_other, groups[is_i])
            ends[:, i, j] = estimate.low, estimate.high
    present = rows > 0
    p_holm[present] = np.reshape(holm(p[present].ravel().tolist()), p[present].shape)
    counts = only[0] - only[1]
    shares = np.divide(counts, rows[:, None], out=np.full((size, size), np.nan), where=rows[:, None] > 0)
    return ConfusionDifference(len(labels), counts, shares, ends[0], ends[1], only[0], only[1], p, p_holm)


def cell_faces(
    labels: np.ndarray, one: np.ndarray, other: np.ndarray, cell: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return positions of the faces behind cell (true, said): put there by both, only the first, only the second.

    The three lists are disjoint; the first two make up the first network's cell, first and third the second's.
    """
    is_true = labels == cell[0]
    first, second = is_true & (one == cell[1]), is_true & (other == cell[1])
    return np.flatnonzero(first & second), np.flatnonzero(first & ~second), np.flatnonzero(second & ~first)
