"""Scores and tests of stored logits: pure functions of arrays. No torch; scipy and scikit-learn only inside a call.

    intervals     Estimate, Wilson's interval, the mean's, the bootstrap of a confusion matrix
    scores        accuracy, macro-F1, balanced accuracy, per-class precision / recall / F1 from logits and labels

two networks on the same faces
    paired        discordant faces, their difference, exact McNemar (for groups of faces, too), Holm
    resampling    the paired bootstrap of accuracy, macro-F1 and per-class scores; whole people where groups are given
    clustered     one network's share of hits among rows that come in groups
    power         how large a difference n faces can show
    question      what a comparison asks, and how many pairs are tested together
    answers       what networks answer to the same faces, one row per seed
    verdict       better, worse, equivalent or not resolved, for all pages; verdict_sentence in words
    seeds         mean and spread of one training repeated with other seeds
    disagreement  how far apart their probabilities are on each face
    confusion_difference   one confusion matrix minus another, cell by cell, and the faces behind a cell

one network, more closely
    calibration   whether confidence can be trusted: reliability, ECE, Brier, log-likelihood
    temperature   fitted on validation, so that confidence becomes calibrated without changing an answer
    selective     risk over coverage, and the threshold below which to abstain
    votes         against the distribution of human votes, and people against each other
    leaks         the score without rows that leaked into training
    curves        precision-recall and ROC, one expression against the rest

The first page needs only the names below. Import the other modules where you need them, so that this package loads
quickly.
"""

from __future__ import annotations

from fer_core.evaluation.intervals import Estimate, bootstrap_confusion, mean, proportion, wilson
from fer_core.evaluation.scores import ClassScore, Scores, score, score_confusion

__all__ = [
    "ClassScore",
    "Estimate",
    "Scores",
    "bootstrap_confusion",
    "mean",
    "proportion",
    "score",
    "score_confusion",
    "wilson",
]
