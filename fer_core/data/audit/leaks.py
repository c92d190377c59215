"""Rows of one split that are also in another: the same picture, or a near-duplicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.data.audit import duplicates, near
from fer_core.data.audit.near import Pairs

LEVELS = ("exact", "near")


@dataclass(frozen=True, eq=False)
class Copies:
    """All that is known of the copies in a set of N pictures.

    representative: of `duplicates.representatives`, int64 (N,); pairs: of `near.find`.
    """

    representative: np.ndarray
    pairs: Pairs

    def leaked(self, rows: np.ndarray, reference: np.ndarray, level: str) -> np.ndarray:
        """Return which of `rows` have a copy among `reference` (both int, positions in the set): bool (len(rows),).

        Level "exact" counts equal pictures, "near" those and near-duplicates.
        """
        return self._with_near(self._seen(reference), level)[self.representative[rows]]

    def leaked_with_label(self, rows: np.ndarray, reference: np.ndarray, labels: np.ndarray, level: str) -> np.ndarray:
        """Return which of `rows` have a copy with the same label (int (N,)) among `reference`, bool (len(rows),)."""
        answer = np.zeros(len(rows), bool)
        for label in np.unique(labels[rows]):
            is_label = labels[rows] == label
            answer[is_label] = self.leaked(rows[is_label], reference[labels[reference] == label], level)
        return answer

    def _seen(self, reference: np.ndarray) -> np.ndarray:
        seen = np.zeros(len(self.representative), bool)
        seen[self.representative[reference]] = True
        return seen

    def _with_near(self, seen: np.ndarray, level: str) -> np.ndarray:
        if level == "exact":
            return seen
        grown = seen.copy()
        grown[self.pairs.first[seen[self.pairs.second]]] = True
        grown[self.pairs.second[seen[self.pairs.first]]] = True
        return grown


def find_copies(images: np.ndarray, level: str = "near") -> Copies:
    """Search a set's pictures (N, H, W[, 3]); level "exact" leaves out near-duplicates, whose search takes longer."""
    representative = duplicates.representatives(images)
    return Copies(representative, near.find(images, representative) if level == "near" else near.NONE)
