"""Checkpoint folders: checkpoints/<network>.<data>-<tag>/ with weights, history, logits and, written last, the card.

    logits    a split's answers, from which all scores are derived               (no torch)
    weights   safetensors in and out, strict; nothing that can run code is read
    rounding  weights as float16 or in 8 bits
    features  where a network puts some test faces, for looking                  (no torch)
    reactions what it answers to changed test faces                              (no torch)
    atlases   which part of the face it reads                                    (no torch)
    derived   what these three are: files bound to the weights they were computed with
    audit     `check`: recompute what a card says and compare
    lessons   what a teacher without weights said of its training faces           (no torch)
    writing   `publish`, `add_split`, `keep_answers` and
    repacking `repack`: the only ways a card comes to be

Importing this package does not import torch; loading a network does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.checkpoints.features import StoredFeatures, load_features, save_features
from fer_core.checkpoints.logits import StoredLogits, load_logits, save_logits
from fer_core.checkpoints.requantize import requantize
from fer_core.checkpoints.save import add_split, drop_weights, publish, refuse_finished
from fer_core.checkpoints.teacher_logits import teacher_logits_for
from fer_core.checkpoints.verify import verify
from fer_core.checkpoints.weights import as_stored, load_into_new

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "StoredFeatures",
    "StoredLogits",
    "add_split",
    "as_stored",
    "verify",
    "drop_weights",
    "teacher_logits_for",
    "list_checkpoints",
    "load_features",
    "load_logits",
    "load_network",
    "publish",
    "refuse_finished",
    "requantize",
    "save_features",
    "save_logits",
    "summary_row",
]


def list_checkpoints(root: Path | str = "checkpoints") -> list[Card]:
    """Return the cards of all finished checkpoints, by name; `card.folder` says where each lies.

    A folder without a card is unfinished and not listed. None is an empty list.

    Raises:
        CheckpointError: if a card is there but damaged.
    """
    return [read_card(path.parent) for path in sorted(Path(root).glob(f"*/{FILE_NAME}"))]


def load_network(folder: Path | str) -> tuple[nn.Module, Card]:
    """Return a checkpoint's network, float32 in eval mode, and its card.

    Raises:
        CheckpointError: if the card or the weights are missing, damaged or not of each other.
    """
    card = read_card(folder)
    return load_into_new(card), card


def summary_row(card: Card) -> dict[str, Any]:
    """Return a checkpoint in one flat row: the scores of its test split, or of validation until that is scored."""
    split = card.headline_split
    scores = card.scores[split]
    return {
        "name": card.name,
        "network": card.network["name"],
        "data": card.data["name"],
        "split": split,
        "n": scores["n"],
        "accuracy": scores["accuracy"]["value"],
        "accuracy_low": scores["accuracy"]["low"],
        "accuracy_high": scores["accuracy"]["high"],
        "macro_f1": scores["macro_f1"]["value"],
        "params": card.params,
        "macs": card.macs,
        "paper_accuracy": card.claim["accuracy"] if card.claim else None,
    }
