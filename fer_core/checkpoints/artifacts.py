"""Files computed with a checkpoint's weights, whose header records the weights' hash. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors.numpy import save as to_bytes

from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.logits import load_logits
from fer_core.checkpoints.tensors import dumped, header_json, read_tensors
from fer_core.errors import CheckpointError
from fer_core.records import Record, Sha256, parsed

HEADER = "about"

# Answers are the same on every machine, except where two expressions are all but equal.
LEAST_AGREEMENT = 0.99

Stored = TypeVar("Stored")
About = TypeVar("About", bound="AboutArtifact")


class AboutArtifact(Record):
    """The header's JSON entry; each kind of file adds its own fields."""

    weights: Sha256 | None


def save_artifact(path: Path, card: Card, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> Path:
    """Write tensors atomically, with `about` and the card's weights in the header; returns the file."""
    header = dumped({**about, "weights": card.shipped_sha256})
    write_file(path, to_bytes({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {HEADER: header}))
    return path


def load_artifact(
    path: Path,
    card: Card,
    about: type[About],
    build: Callable[[dict[str, np.ndarray], About], Stored],
    *,
    what: str,
    command: str,
    needs_layers: bool = False,
) -> Stored:
    """Read such a file.

    Args:
        about: the header's model; build: makes what is returned of tensors and header, ValueError if it cannot.
        what: the file holds ("features of PrivateTest"); command: writes it.
        needs_layers: it is made of a network's layers or gradients, which an imported one does not show.

    Raises:
        CheckpointError: if there is none, it is damaged, or it belongs to other weights than the card's.
    """
    again = f"`{command} {card.name}` writes it anew"
    if not path.exists() and not path.is_symlink():
        if needs_layers and card.runtime == "onnx":
            raise CheckpointError(f"{card.name} was imported as ONNX, which gives answers only, so it has no {what}")
        raise CheckpointError(f"{card.name} has no stored {what}; `{command} {card.name}` writes them")
    arrays, header = read_tensors(path, again)
    try:
        description = parsed(about, header_json(header, HEADER), CheckpointError, "its header is not valid")
        stored = build(arrays, description)
    except (ValueError, CheckpointError) as error:
        raise CheckpointError(f"{path} does not hold {what}: {error}; {again}") from error
    if description.weights != card.shipped_sha256:
        raise CheckpointError(f"{path} was computed with other weights than the card of {card.name} names; {again}")
    return stored


def artifact_problems(
    card: Card,
    split: str,
    path: Path,
    load: Callable[[Card, str], Any],
    answers: Callable[[Any], np.ndarray],
    command: str,
) -> list[str]:
    """Return a sentence for what is wrong with a stored file; [] if it is right, or missing.

    Its faces must be ones of the split's stored logits, with their labels, and answered as those say.

    Args:
        load: reads it; answers: (N,) predicted expressions to unchanged faces in what it returns; command: writes it.
    """
    if not path.exists() and not path.is_symlink():
        return []
    try:
        stored = load(card, split)
        disagreement = _disagreement(card, split, stored.rows, stored.labels, answers(stored))
    except CheckpointError as error:
        return [str(error)]
    return [f"{path.name} {disagreement}; `{command} {card.name}` writes it anew"] if disagreement else []


def _disagreement(card: Card, split: str, rows: np.ndarray, labels: np.ndarray, answers: np.ndarray) -> str:
    """Say how a file's faces and answers differ from the split's logits; "" if they do not."""
    if split not in card.logits:
        return ""
    logits = load_logits(card, split)
    order = np.argsort(logits.rows)
    place = order[np.searchsorted(logits.rows, rows, sorter=order).clip(max=len(order) - 1)]
    if not np.array_equal(logits.rows[place], rows):
        return f"has faces that are none of {split}'s"
    if not np.array_equal(logits.labels[place], labels):
        return f"calls faces otherwise than the labels of {split}"
    same = np.mean(logits.logits[place].argmax(axis=1) == answers)
    return (
        ""
        if same >= LEAST_AGREEMENT
        else (f"gives unchanged faces the answers of the stored logits for {same:.1%} of them only")
    )
