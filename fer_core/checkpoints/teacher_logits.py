"""A teacher's answers to the faces it was trained on, kept where its weights are not: it can still teach. No torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_core import files
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.logits import StoredLogits, file_problems, load_logits, logits_path, save_logits
from fer_core.errors import CheckpointError


def teacher_logits_path(card: Card) -> Path | None:
    """Return where a card's lesson lies; None without one."""
    return logits_path(card.folder or ".", card.lesson["split"]) if card.lesson else None


def save_teacher_logits(card: Card, stored: StoredLogits) -> dict[str, str | int]:
    """Write the answers to the training split into the card's folder; returns the card's `lesson` entry."""
    split = card.data["train_split"]
    path = save_logits(card.folder or ".", split, stored, card.expressions)
    return {"split": split, "sha256": files.sha256(path), "bytes": path.stat().st_size}


def teacher_logits_for(card: Card, rows: np.ndarray) -> np.ndarray:
    """Return what a card with a lesson says of some faces, float32 logits (N, K).

    Args:
        rows: (N,), index of each face in the data set.

    Raises:
        CheckpointError: if the file was changed, or does not cover all of these faces.
    """
    problems = teacher_logits_problems(card)
    if problems:
        raise CheckpointError(problems[0])
    stored = load_logits(card.folder or ".", card.lesson["split"])
    at = {row: i for i, row in enumerate(stored.rows.tolist())}
    known = [at[row] for row in rows.tolist() if row in at]
    if len(known) != len(rows):
        raise CheckpointError(
            f"the kept answers of {card.name} cover {len(known):,} of these {len(rows):,} training faces, and its "
            f"weights are not shipped; {card.how_to_remake}"
        )
    return stored.logits[known]


def teacher_logits_problems(card: Card) -> list[str]:
    """Return a sentence for everything in which a card's lesson and its file disagree; [] without a lesson."""
    if not card.lesson:
        return []
    try:
        return file_problems(card, card.lesson["split"], card.lesson, "restore the file")
    except CheckpointError as error:
        return [str(error)]
