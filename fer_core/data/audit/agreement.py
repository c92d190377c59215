"""FER2013's labels against FER+'s votes on the same pictures.

Tie rule: of the ten vote columns, unknown and NF (not a face) included, the one with most votes is the plurality; at a
tie the first of them in the file's order (neutral, happiness, surprise, sadness, anger, disgust, fear, contempt,
unknown, NF). What the other rules would give, the label counted as agreeing with any tie or with none, stands beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core import labels
from fer_core.data.ferplus import VOTED as COLUMNS

TIE_RULE = "ten columns, unknown and NF included; at a tie the first column in the file's order"


@dataclass(frozen=True, eq=False)
class LabelAgreement:
    """matrix int64 (7, 10): FER2013's label against FER+'s plurality column, by the tie rule.

    agree_first, agree_any, agree_alone: pictures whose label is the plurality by the tie rule, one of the columns with
    most votes, or the only one.
    """

    matrix: np.ndarray
    agree_first: int
    agree_any: int
    agree_alone: int

    @property
    def n(self) -> int:
        """Pictures compared."""
        return int(self.matrix.sum())

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        counts = {key: getattr(self, key) for key in ("n", "agree_first", "agree_any", "agree_alone")}
        return {**counts, "matrix": self.matrix.tolist()}


def compare(codes: np.ndarray, votes: np.ndarray) -> LabelAgreement:
    """Compare labels (N,) in FER2013's order with votes (N, 10) in `VOTE_COLUMNS` order, row by row."""
    own_column = np.array([COLUMNS.index(name) for name in labels.FER2013])[codes]
    plurality = votes.argmax(axis=1)
    is_top = votes == votes.max(axis=1, keepdims=True)
    is_own_top = is_top[np.arange(len(codes)), own_column]
    cells = codes * len(COLUMNS) + plurality
    size = len(labels.FER2013), len(COLUMNS)
    return LabelAgreement(
        np.bincount(cells, minlength=size[0] * size[1]).reshape(size),
        int((plurality == own_column).sum()),
        int(is_own_top.sum()),
        int((is_own_top & (is_top.sum(axis=1) == 1)).sum()),
    )
