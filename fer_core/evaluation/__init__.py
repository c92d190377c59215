"""What stored logits are worth: scores with intervals, pure functions of arrays. No torch, no scikit-learn.

    intervals   Estimate, Wilson's interval, the bootstrap of a confusion matrix
    scores      accuracy, macro-F1, balanced accuracy, per-class precision / recall / F1 from logits and labels

scikit-learn is left to the tests, which compare with it: its import alone takes longer than painting the first page.
"""

from __future__ import annotations

from fer_core.evaluation.intervals import Estimate, bootstrap_confusion, proportion, wilson
from fer_core.evaluation.scores import ClassScore, Scores, score, score_confusion

__all__ = [
    "ClassScore",
    "Estimate",
    "Scores",
    "bootstrap_confusion",
    "proportion",
    "score",
    "score_confusion",
    "wilson",
]
