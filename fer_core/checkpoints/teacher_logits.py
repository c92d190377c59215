"""A teacher's logits for the faces it was trained on, kept where its weights are not: it can still teach. No torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_core import files
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import TeacherLogitsEntry
from fer_core.checkpoints.logits import StoredLogits, load_logits, logits_path, save_logits
from fer_core.errors import CheckpointError


def teacher_logits_path(card: Card) -> Path | None:
    """Return the path of a card's teacher logits; None without any."""
    return logits_path(card.folder or ".", card.teacher_logits.split) if card.teacher_logits else None


def save_teacher_logits(card: Card, stored: StoredLogits) -> TeacherLogitsEntry:
    """Write the logits of the training split into the card's folder; returns the card's `teacher_logits` entry."""
    split = card.data.train_split
    path = save_logits(card.folder or ".", split, stored, card.expressions)
    return TeacherLogitsEntry(split=split, sha256=files.sha256(path), bytes=path.stat().st_size)


def teacher_logits_for(card: Card, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return what a card with teacher logits says of some faces, float32 logits (N, K).

    Args:
        rows: (N,), index of each face in the data set.
        labels: (N,), what each shows, in the card's order of expressions.

    Raises:
        CheckpointError: if the file was changed, does not cover all of these faces, or is of others at their places.
    """
    stored = load_logits(card, card.data.train_split)
    places = {row: i for i, row in enumerate(stored.rows.tolist())}
    known = [places[row] for row in rows.tolist() if row in places]
    if len(known) != len(rows):
        raise CheckpointError(
            f"the kept answers of {card.name} cover {len(known):,} of these {len(rows):,} training faces, and its "
            f"weights are not shipped; {card.how_to_remake}"
        )
    if others := int((stored.labels[known] != labels).sum()):
        raise CheckpointError(
            f"the kept answers of {card.name} are to other faces: {others:,} of these {len(rows):,} training faces had "
            "another label there; choose a teacher whose weights are here, or restore its edition of the data"
        )
    return stored.logits[known]


def teacher_logits_problems(card: Card) -> list[str]:
    """Return a sentence if a card's teacher logits and their file disagree; [] without any."""
    if not card.teacher_logits:
        return []
    try:
        load_logits(card, card.teacher_logits.split)
    except CheckpointError as error:
        return [str(error)]
    return []
