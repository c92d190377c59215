"""Reliability, temperature, abstention, confident errors. From stored logits; no data set.

The temperature and the threshold come from the validation split and are judged on the split of the card.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dashboard.pages.calibration.views import ReliabilityView, RiskView
from dashboard.store.annotator_votes import ballots, spoken
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.logits import SplitLogits, logits_of, people_of, split_logits, with_ends
from dashboard.views.comparisons import ConfidentErrorsView
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import Card
from fer_core.errors import DataError
from fer_core.evaluation import Estimate, selective
from fer_core.evaluation import calibration as core
from fer_core.evaluation.temperature import fit_temperature

SHOWN = 12


def temperature(name: str) -> float:
    """Return the temperature that fits the validation split.

    Raises:
        FerError: if the validation split has no answers, is the very split that is judged, or no temperature fits.
    """
    return _temperature(_validation(card_of(name)))


def faces_fitted_on(name: str) -> tuple[int, int]:
    """Return how many of the judged faces the validation answers are to as well, and how many are judged.

    Where folds take turns, a face is judged by one network and was among the validation faces of another.
    """
    card = card_of(name)
    judged, fitted = logits_of(split_logits(card)).rows, logits_of(_validation(card)).rows
    return int(np.isin(judged, fitted).sum()), len(judged)


def reliability(name: str, at: float = 1.0) -> ReliabilityView:
    """Return the reliability diagram on the card's split, at a temperature. Raises FerError."""
    card = card_of(name)
    split = split_logits(card)
    scores = _reliability(split, at)
    squares, likelihood = _losses(split, at)
    return ReliabilityView(
        checkpoint=checkpoint_view(card),
        temperature=at,
        bins=scores.bins,
        ece=scores.ece,
        ece_by_chance=scores.ece_if_calibrated_high,
        overconfidence=scores.overconfidence,
        brier=with_ends(squares),
        log_loss=with_ends(likelihood),
    )


def risk_view(name: str, wanted: float, at: float = 1.0) -> RiskView:
    """Return risk over coverage, and what the threshold does that keeps the risk `wanted` on validation."""
    card = card_of(name)
    split = split_logits(card)
    confidences, is_right = _answers(logits_of(split), at)
    curve = selective.risk_coverage(confidences, is_right)
    view = checkpoint_view(card)
    points = tuple(curve.coverage.tolist()), tuple(curve.risk.tolist())
    try:
        on_validation = selective.risk_coverage(*_answers(logits_of(_validation(card)), at))
        threshold = selective.threshold_for_risk(on_validation, wanted)
    except DataError as error:
        return RiskView(view, *points, wanted, None, None, None, str(error))
    chosen = selective.abstain(confidences, is_right, threshold, people_of(split))
    return RiskView(view, *points, wanted, threshold, with_ends(chosen.coverage), with_ends(chosen.risk), "")


def confident_errors(name: str, at: float = 1.0) -> tuple[int, tuple[ConfidentErrorsView, ...]]:
    """Return how many wrong answers are at least SURE, and the most confident of them, at most SHOWN."""
    card = card_of(name)
    stored = logits_of(split_logits(card))
    confidences, is_right = _answers(stored, at)
    positions = selective.confident_but_wrong(confidences, is_right)
    return len(positions), confident_faces(card, stored, positions[:SHOWN], confidences)


def confident_faces(
    card: Card, stored: StoredLogits, places: np.ndarray, confidences: np.ndarray
) -> tuple[ConfidentErrorsView, ...]:
    """Return faces at `places` of a split with their answers; `confidences` (N,) are those in every answer of it."""
    predicted = stored.logits.argmax(axis=1)
    counts = ballots(card.data.name, stored.rows[places])
    return tuple(
        ConfidentErrorsView(
            row=int(stored.rows[place]),
            true=card.expressions[stored.labels[place]],
            predicted=card.expressions[predicted[place]],
            confidence=float(confidences[place]),
            votes=() if counts is None else spoken(counts[i]),
        )
        for i, place in enumerate(places)
    )


def _validation(card: Card) -> SplitLogits:
    split = card.data.validation_split
    if split == card.headline_split:
        raise DataError(
            f"{card.name} was scored on its validation split {split} only; what is fitted there cannot be judged "
            "there, so run fer evaluate on it first"
        )
    return split_logits(card, split)


@lru_cache(maxsize=128)
def _temperature(split: SplitLogits) -> float:
    stored = logits_of(split)
    return fit_temperature(stored.logits, stored.labels)


@lru_cache(maxsize=32)
def _reliability(split: SplitLogits, at: float) -> core.Reliability:
    stored = logits_of(split)
    bins = min(core.BINS, len(stored.labels))
    return core.reliability(stored.logits, stored.labels, at, bins, stored.clusters)


@lru_cache(maxsize=32)
def _losses(split: SplitLogits, at: float) -> tuple[Estimate, Estimate]:
    """Return the Brier score and the log loss."""
    stored = logits_of(split)
    return (
        core.brier(stored.logits, stored.labels, at, stored.clusters),
        core.negative_log_likelihood(stored.logits, stored.labels, at, stored.clusters),
    )


def _answers(stored: StoredLogits, at: float) -> tuple[np.ndarray, np.ndarray]:
    return core.confidence(stored.logits, at), stored.logits.argmax(axis=1) == stored.labels
