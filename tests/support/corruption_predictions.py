"""Reactions invented so that every share can be counted by hand."""

from __future__ import annotations

import numpy as np

from fer_core.checkpoints.corruption_predictions import StoredCorruptionPredictions
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES


def made_up(n: int = 20, classes: int = 7) -> StoredCorruptionPredictions:
    """n faces, half of them corrupted: 15 of 20 are right unchanged, 4 of 10 corrupted; 2 change when mirrored.

    Unchanged, faces 8, 9 and the last three are wrong; corrupted, only faces 0 to 3 are right. Open gates lose faces
    0 to 3 and gain face 8. Mirrored, the last two get yet another answer.
    """
    labels = (np.arange(n) % classes).astype(np.uint8)
    sample = np.arange(n // 2)
    wrong = np.isin(np.arange(n), [8, 9, n - 3, n - 2, n - 1])
    clean = np.where(wrong, (labels + 1) % classes, labels)
    mirrored = np.where(np.arange(n) >= n - 2, (labels + 2) % classes, clean)
    opened = np.where(np.arange(n) < 4, (labels + 1) % classes, np.where(np.arange(n) == 8, labels, clean))
    corrupted = np.where(sample < 4, labels[sample], (labels[sample] + 1) % classes)
    answers = {f"{name}-{severity}": corrupted for name in CORRUPTIONS for severity in SEVERITIES}
    answers |= {"clean": clean, "mirror": mirrored, "gates-open": opened}
    return StoredCorruptionPredictions(
        np.arange(n), labels, sample, {name: one.astype(np.uint8) for name, one in answers.items()}, 0
    )
