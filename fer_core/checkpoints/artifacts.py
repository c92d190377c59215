"""Files beside a checkpoint that were computed with its weights, and say in their header with which. No torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.logits import load_logits
from fer_core.errors import CheckpointError

HEADER = "about"

# Answers repeat from one machine to the next but where two expressions are as good as equal.
LEAST_AGREEMENT = 0.99

Stored = TypeVar("Stored")


def save_artifact(path: Path, card: Card, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> Path:
    """Write tensors, and in the header `about` and the card's weights, whole or not at all; returns the file."""
    header = json.dumps({**about, "weights": _weights(card)}, sort_keys=True)
    write_file(path, to_bytes({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {HEADER: header}))
    return path


def load_artifact(
    path: Path,
    card: Card,
    build: Callable[[dict[str, np.ndarray], dict[str, Any]], Stored],
    *,
    lacks: str,
    what: str,
    command: str,
) -> Stored:
    """Read such a file.

    Args:
        build: makes what is returned of tensors and header; raises KeyError, TypeError or ValueError if it cannot.
        lacks: what the card has not if there is no file; what: the file should hold; command: writes it.

    Raises:
        CheckpointError: if there is none, it is damaged, or it belongs to other weights than the card's.
    """
    again = f"`{command} {card.name}` writes them"
    if not path.is_file():
        raise CheckpointError(f"{card.name} has no stored {lacks}; {again}")
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            about = json.loads((file.metadata() or {})[HEADER])
        stored, weights = build(arrays, about), about["weights"]
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not hold {what} ({error}); {again} anew") from error
    if weights != _weights(card):
        raise CheckpointError(
            f"{path} was computed with other weights than the card of {card.name} names; {again} anew"
        )
    return stored


def answer_problems(
    card: Card, split: str, path: Path, rows: np.ndarray, answers: np.ndarray, command: str
) -> list[str]:
    """Return a sentence if a file's answers to faces as they are differ from those of the stored logits; else [].

    Args:
        rows, answers: (N,), index in the data set and predicted expression; command: writes the file.

    Raises:
        CheckpointError: if the logits are damaged.
    """
    if split not in card.logits:
        return []
    logits = load_logits(card.folder or ".", split)
    stored = dict(zip(logits.rows.tolist(), logits.logits.argmax(axis=1).tolist(), strict=True))
    same = np.mean([stored.get(row) == one for row, one in zip(rows.tolist(), answers.tolist(), strict=True)])
    if same >= LEAST_AGREEMENT:
        return []
    return [
        f"{path.name} gives unchanged faces the answers of the stored logits for {same:.1%} of them only; "
        f"`{command} {card.name}` writes it anew"
    ]


def _weights(card: Card) -> str | None:
    return card.weights["sha256"] if card.weights else None
