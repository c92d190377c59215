"""Checkpoint folders: checkpoints/<network>.<data>-<tag>/ with weights, history, logits and, written last, the card.

    card, card_schema       what a checkpoint says of itself; upgrade: entries of older cards under today's names
    history                 what its training recorded, epoch by epoch
    tensors                 the one way to read stored arrays: types, shapes, ranges, hash
    logits                  a split's answers, from which all scores are derived
    cross_sets              answers to sets that a network was not trained on
    weights, quantization   safetensors in and out, as float16 or in 8 bits; nothing that can run code is read
    onnx_weights, save_onnx networks that were trained elsewhere, as ONNX files
    artifacts               files bound to the weights they were computed with:
                            features, corruption_predictions, region_attributions
    teacher_logits          a teacher's answers to its training faces, where its weights are not shipped
    verify, facts           recompute and look up what a card says, and compare
    recomputing             what cannot be recomputed here, and why
    comparability           in which conditions two checkpoints differ
    claim_comparison        a checkpoint beside its paper's claim
    looks, look_counts      every scoring of a test split
    save                    `publish`, `add_split`, `drop_weights`: the writers of cards
    replacing               replace a folder, safe from kills

Importing this package does not import torch; loading a network does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.checkpoints.card_schema import SplitScores
from fer_core.checkpoints.cross_sets import add_cross_set
from fer_core.checkpoints.features import StoredFeatures, load_features, save_features
from fer_core.checkpoints.logits import StoredLogits, load_logits, read_logits, save_logits
from fer_core.checkpoints.replacing import recover
from fer_core.checkpoints.save import add_split, drop_weights, publish, refuse_finished
from fer_core.checkpoints.teacher_logits import teacher_logits_for
from fer_core.checkpoints.verify import verify
from fer_core.checkpoints.weights import as_stored, load_into_new
from fer_core.errors import CheckpointError

if TYPE_CHECKING:
    from torch import nn

    from fer_core.models.blocks import Classifier

__all__ = [
    "StoredFeatures",
    "StoredLogits",
    "add_cross_set",
    "add_split",
    "as_stored",
    "load_into_new",
    "verify",
    "cross_rows",
    "drop_weights",
    "teacher_logits_for",
    "list_checkpoints",
    "load_features",
    "load_logits",
    "load_network",
    "load_torch_network",
    "torch_card",
    "read_logits",
    "scan_checkpoints",
    "checkpoint_folders",
    "Listing",
    "publish",
    "recover",
    "refuse_finished",
    "save_features",
    "save_logits",
    "summary_row",
]


@dataclass(frozen=True)
class Listing:
    """All finished checkpoints that can be read, by name, and a sentence for each that cannot."""

    cards: tuple[Card, ...]
    problems: tuple[str, ...]


def checkpoint_folders(root: Path | str = "checkpoints") -> list[Path]:
    """Return the folders of all finished checkpoints, by name, good and bad; [] where there is no such root.

    A folder without a card is unfinished, one that begins with a dot is a draft; neither is listed.
    """
    root = Path(root)
    recover(root)
    try:
        names = sorted(name for name in os.listdir(root) if not name.startswith("."))
    except OSError:
        return []
    return [root / name for name in names if _has_card(root / name)]


def _has_card(folder: Path) -> bool:
    try:
        (folder / FILE_NAME).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # it may not be looked into: reading it says so in a sentence
        return True
    return True


def scan_checkpoints(root: Path | str = "checkpoints") -> Listing:
    """Read the cards of all finished checkpoints; one bad folder never hides the others."""
    cards, problems = [], []
    for folder in checkpoint_folders(root):
        try:
            cards.append(read_card(folder))
        except CheckpointError as error:
            problems.append(str(error))
    return Listing(tuple(cards), tuple(problems))


def list_checkpoints(root: Path | str = "checkpoints") -> list[Card]:
    """Return the cards of all finished checkpoints that can be read, by name; `card.folder` says where each is.

    `scan_checkpoints` also says which cannot be read, and why.
    """
    return list(scan_checkpoints(root).cards)


def load_network(folder: Path | str) -> tuple[nn.Module, Card]:
    """Return a checkpoint's network, float32 in eval mode, (N, C, S, S) -> logits (N, K), and its card.

    Raises:
        CheckpointError: if the card or the weights are missing, damaged or do not belong together.
    """
    card = read_card(folder)
    if card.runtime == "onnx":
        from fer_core.checkpoints.onnx_weights import load_onnx

        return load_onnx(card), card
    return load_into_new(card), card


def load_torch_network(folder: Path | str) -> tuple[Classifier, Card]:
    """Return what `load_network` returns, for callers that need layers or weights, not only answers.

    Raises:
        CheckpointError: for a network that was imported as ONNX, too.
    """
    card = torch_card(folder)
    return load_into_new(card), card


def torch_card(folder: Path | str) -> Card:
    """Return the card of a network that PyTorch runs; raises CheckpointError for one that was imported as ONNX."""
    card = read_card(folder)
    if card.runtime == "onnx":
        raise CheckpointError(
            f"{card.name} was imported as ONNX, so its layers and weights cannot be reached; `fer evaluate`, "
            "`fer robustness`, `fer contract` and the face lab's Occlusion need its answers only"
        )
    return card


def summary_row(card: Card) -> dict[str, Any]:
    """Return a checkpoint in one flat row: the scores of its test split, or of validation until that is scored."""
    paper = card.claim.accuracy if card.claim else None
    return {**_row(card, card.data.name, card.headline_split, card.headline_scores), "paper_accuracy": paper}


def cross_rows(card: Card) -> list[dict[str, Any]]:
    """Return a row as `summary_row` for each set that the network was scored on without being trained on it."""
    return [
        {**_row(card, entry.data, entry.split, entry.scores), "paper_accuracy": None}
        for entry in card.cross_sets.values()
    ]


def _row(card: Card, data: str, split: str, scores: SplitScores) -> dict[str, Any]:
    return {
        "name": card.name,
        "network": card.network.name,
        "data": data,
        "split": split,
        "n": scores.n,
        "accuracy": scores.accuracy.value,
        "accuracy_low": scores.accuracy.low,
        "accuracy_high": scores.accuracy.high,
        "macro_f1": scores.macro_f1.value,
        "params": card.params,
        "macs": card.macs,
    }
