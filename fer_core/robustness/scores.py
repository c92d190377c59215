"""Scores of stored predictions for corrupted faces: accuracies with intervals. No torch.

One condition is a share of faces and gets Wilson's interval. A mean over conditions is not: the same face meets all of
them. So each face's own share of right answers is taken first, and the interval is that of a mean over faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.checkpoints.corruption_predictions import CLEAN, GATES_OPEN, MIRROR, StoredCorruptionPredictions
from fer_core.errors import DataError
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.intervals import Estimate, mean, proportion
from fer_core.evaluation.paired import difference, discordant, mcnemar
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES


@dataclass(frozen=True)
class AttentionBypassed:
    """Accuracy with all attention gates forced to one, minus accuracy as trained, on the same faces.

    only_trained, only_open: faces that just one of the two has right; p: exact McNemar.
    """

    difference: Estimate
    only_trained: int
    only_open: int
    p: float


@dataclass(frozen=True)
class RobustnessSummary:
    """The effect of corruptions on a network.

    Attributes:
        n, clean: faces of the split, and accuracy on all of them, unchanged.
        n_corrupted, corrupted: faces that were corrupted, and mean accuracy over all corruptions and severities; one
            minus it is the mean corruption error, not divided by any other network's.
        drop: accuracy unchanged minus corrupted, face by face.
        mirror_changes: share of the answers that change when the face is mirrored.
        gates: None for a network without attention gates.
    """

    n: int
    n_corrupted: int
    clean: Estimate
    corrupted: Estimate
    drop: Estimate
    mirror_changes: Estimate
    gates: AttentionBypassed | None


def robustness_summary(stored: StoredCorruptionPredictions) -> RobustnessSummary:
    """Sum up all conditions. Raises DataError if one is missing."""
    shares = _all_shares(stored)
    clean = _right(stored, CLEAN)
    return RobustnessSummary(
        n=len(clean),
        n_corrupted=len(shares),
        clean=proportion(int(clean.sum()), len(clean)),
        corrupted=mean(shares),
        drop=mean(clean[stored.sample] - shares),
        mirror_changes=_mirror_changes(stored),
        gates=_attention_bypassed(stored),
    )


def corrupted_answers(name: str, stored: StoredCorruptionPredictions) -> Answers:
    """Return the answers to all corrupted faces, one seed, for a verdict on mean corruption accuracy.

    A face that is met under every corruption and severity counts once: its answers are one cluster.

    Raises:
        DataError: if a condition is missing.
    """
    conditions = [condition for name in CORRUPTIONS for condition in _conditions(name)]
    for condition in conditions:
        _right(stored, condition)
    faces = np.tile(stored.rows[stored.sample], len(conditions))
    labels = np.tile(stored.labels[stored.sample], len(conditions))
    return Answers(
        name, labels, faces, np.concatenate([stored.answers[condition] for condition in conditions])[None], faces
    )


def by_severity(stored: StoredCorruptionPredictions, corruption: str) -> tuple[Estimate, ...]:
    """Return accuracy of the sample at severity 0 (unchanged) to 5, with Wilson intervals. Raises DataError."""
    steps = [
        _right(stored, CLEAN)[stored.sample],
        *(_right(stored, condition) for condition in _conditions(corruption)),
    ]
    return tuple(proportion(int(is_right.sum()), len(is_right)) for is_right in steps)


def by_corruption(stored: StoredCorruptionPredictions, corruption: str) -> Estimate:
    """Return mean accuracy over the five severities of one corruption. Raises DataError."""
    return mean(_shares(stored, corruption))


def _shares(stored: StoredCorruptionPredictions, corruption: str) -> np.ndarray:
    """Return the share of a corruption's severities at which each face is answered right, (N,)."""
    return np.mean([_right(stored, condition) for condition in _conditions(corruption)], axis=0)


def _all_shares(stored: StoredCorruptionPredictions) -> np.ndarray:
    return np.mean([_shares(stored, name) for name in CORRUPTIONS], axis=0)


def _conditions(corruption: str) -> list[str]:
    return [f"{corruption}-{severity}" for severity in SEVERITIES]


def _mirror_changes(stored: StoredCorruptionPredictions) -> Estimate:
    _right(stored, MIRROR)  # refuses what was stored without it
    is_changed = stored.answers[CLEAN] != stored.answers[MIRROR]
    return proportion(int(is_changed.sum()), len(is_changed))


def _attention_bypassed(stored: StoredCorruptionPredictions) -> AttentionBypassed | None:
    if GATES_OPEN not in stored.answers:
        return None
    only_open, only_trained = discordant(_right(stored, GATES_OPEN), _right(stored, CLEAN))
    estimate = difference(only_open, only_trained, len(stored.labels))
    return AttentionBypassed(estimate, only_trained, only_open, mcnemar(only_open, only_trained))


def _right(stored: StoredCorruptionPredictions, condition: str) -> np.ndarray:
    if condition not in stored.answers:
        raise DataError(
            f"these predictions have no answers under {condition!r}; they were stored by another version, so run "
            "`fer robustness` again"
        )
    return stored.is_right(condition)
