"""Two networks on the same faces, face by face, from stored logits. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from dashboard.pages.differences.views import (
    BOTH_WRONG,
    CONFIDENTLY_WRONG,
    DISAGREEMENT,
    ONLY_A,
    ONLY_B,
    OTHER_ANSWERS,
    PEOPLE_SPLIT,
    AloneView,
    ComparedFaceView,
    ComparedView,
)
from dashboard.store.annotator_votes import ballots, spoken
from dashboard.store.checkpoints import card_of, checkpoint_view, first_choice
from dashboard.store.logits import SplitLogits, logits_of
from dashboard.store.paired_differences import both_split_logits, paired_predictions
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import FaceView
from fer_core.data import ferplus
from fer_core.evaluation import votes
from fer_core.evaluation.calibration import probabilities
from fer_core.evaluation.disagreement import total_variation
from fer_core.evaluation.selective import confident_but_wrong
from fer_core.labels import FERPLUS


@dataclass(frozen=True, eq=False)
class PairAnswers:
    """Both networks' answers to N faces of K expressions.

    rows, labels and disagreement are (N,), predicted (2, N), shares (2, N, K), ballots (N, 10) or None without votes.
    `kinds` says of each kind which faces are of it, bool (N,).
    """

    expressions: tuple[str, ...]
    rows: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    shares: np.ndarray
    disagreement: np.ndarray
    kinds: Mapping[str, np.ndarray]
    ballots: np.ndarray | None = None


def other_choice(rows: Sequence[CheckpointView], than: CheckpointView) -> list[str]:
    """Return what the page opens with beside a checkpoint: of `rows` those of other networks, if there are any."""
    return first_choice([row for row in rows if row.network != than.network] or rows)


def comparable_rows(rows: Mapping[str, CheckpointView], than: CheckpointView) -> dict[str, CheckpointView]:
    """Return the other checkpoints that answered as many faces of the same split: only there is a pair to look at."""
    asked = (than.data, than.split, than.n)
    return {name: row for name, row in rows.items() if name != than.name and (row.data, row.split, row.n) == asked}


def compared(a: str, b: str) -> ComparedView:
    """Count the faces of each kind.

    Raises:
        FerError: if the checkpoints were not scored on the same faces, or logits are missing or damaged.
    """
    answers = _pair(a, b)
    only_a, only_b = (
        np.bincount(answers.labels[answers.kinds[kind]], minlength=len(answers.expressions))
        for kind in (ONLY_A, ONLY_B)
    )
    sizes = np.bincount(answers.labels, minlength=len(answers.expressions))
    return ComparedView(
        a=checkpoint_view(card_of(a)),
        b=checkpoint_view(card_of(b)),
        n=len(answers.rows),
        counts={kind: int(is_one.sum()) for kind, is_one in answers.kinds.items()},
        alone=tuple(
            AloneView(name, *map(int, numbers))
            for name, *numbers in zip(answers.expressions, sizes, only_a, only_b, strict=True)
        ),
    )


def compared_faces(a: str, b: str, kind: str, order: str, part: slice = slice(None)) -> tuple[ComparedFaceView, ...]:
    """Return a part of the faces of a kind, those with the largest disagreement or confidence first.

    Args:
        order: DISAGREEMENT, or CONFIDENCE: the larger one of the two networks'.

    Raises:
        FerError: as `compared`.
    """
    answers = _pair(a, b)
    places = np.flatnonzero(answers.kinds[kind])
    key = answers.disagreement if order == DISAGREEMENT else answers.shares.max(axis=(0, 2))
    places = places[np.argsort(-key[places], kind="stable")]
    return tuple(_face(answers, place) for place in places[part])


def _face(answers: PairAnswers, place: int) -> ComparedFaceView:
    names = answers.expressions
    face = FaceView(
        row=int(answers.rows[place]),
        true=names[answers.labels[place]],
        predicted=tuple(names[answer] for answer in answers.predicted[:, place]),
        probabilities=tuple(tuple(shares.tolist()) for shares in answers.shares[:, place]),
        votes=() if answers.ballots is None else spoken(answers.ballots[place]),
    )
    return ComparedFaceView(face, float(answers.disagreement[place]))


def _pair(a: str, b: str) -> PairAnswers:
    first, second = card_of(a), card_of(b)
    answers = _answers(*both_split_logits(first, second), first.expressions)
    counts = ballots(first.data.name, answers.rows)  # kept by its own file, which may be changed
    if counts is None:
        return answers
    kinds = {**answers.kinds, PEOPLE_SPLIT: _is_split(counts, answers.expressions)}
    return replace(answers, ballots=counts, kinds=kinds)


@lru_cache(maxsize=32)
def _answers(first: SplitLogits, second: SplitLogits, expressions: tuple[str, ...]) -> PairAnswers:
    labels, *predicted = paired_predictions(first, second)  # refuses answers to other faces
    stored = [logits_of(side) for side in (first, second)]
    shares = np.stack([probabilities(side.logits) for side in stored])
    return PairAnswers(
        expressions=expressions,
        rows=stored[0].rows,
        labels=labels,
        predicted=np.stack(predicted),
        shares=shares,
        disagreement=total_variation(*shares),
        kinds=_kinds(labels, np.stack(predicted), shares),
    )


def _kinds(labels: np.ndarray, predicted: np.ndarray, shares: np.ndarray) -> dict[str, np.ndarray]:
    is_right = predicted == labels
    confident = np.zeros(len(labels), dtype=bool)
    for confidences, right in zip(shares.max(axis=2), is_right, strict=True):
        confident[confident_but_wrong(confidences, right)] = True
    return {
        BOTH_WRONG: ~is_right.any(axis=0),
        ONLY_A: is_right[0] & ~is_right[1],
        ONLY_B: is_right[1] & ~is_right[0],
        OTHER_ANSWERS: predicted[0] != predicted[1],
        CONFIDENTLY_WRONG: confident,
    }


def _is_split(counts: np.ndarray, expressions: tuple[str, ...]) -> np.ndarray:
    """Return whether people split over each face, by their votes for what the networks can say."""
    common = votes.on_common(ferplus.shares(counts), FERPLUS, expressions)
    is_split = np.zeros(len(counts), dtype=bool)
    is_split[common.voted] = votes.is_split(votes.entropy_bits(common.shares))
    return is_split
