"""Weights in 8 bits: round a network, score it again, and store the scores of what the file holds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core import checkpoints
from fer_core.checkpoints import looks, quantization, replacing, weights
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.logits import StoredLogits, logits_path
from fer_core.checkpoints.save import rewrite_weights
from fer_core.checkpoints.verify import derived_paths
from fer_core.errors import CheckpointError
from fer_core.inference.predictor import answers_of

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Quantized:
    """What `quantize` did: bytes of the weights and accuracy (0..1) by split, each before and after."""

    size_bytes: tuple[int, int]
    accuracy: dict[str, tuple[float, float]]


def quantize(folder: Path | str, root: Path | None = None) -> Quantized:
    """Store a checkpoint's weights in 8 bits, with the scores of the rounded network on every split that it has.

    This scores the test split once more, which is logged.

    Args:
        folder: the checkpoint.
        root: where the data sets are.

    Raises:
        CheckpointError, DataError: what is missing or damaged, or that the weights are in 8 bits already.
        ConfigError: if the look at the test split could not be logged.
    """
    looks.check_writable()
    network, card = checkpoints.load_torch_network(folder)
    if card.shipped.dtype == quantization.DTYPES[quantization.EIGHT_BITS]:
        raise CheckpointError(f"the weights of {card.name} are stored in 8 bits already")
    network = checkpoints.as_stored(network, quantization.EIGHT_BITS)
    answers = {split: answers_of(network, card, split, root) for split in card.logits}
    after = replace_weights(card, network, answers, quantization.EIGHT_BITS)
    if (test := card.data.test_split) in answers:
        scored = after.scores[test]
        looks.append(looks.look(after, test, looks.ROUNDED, scored.n, scored.accuracy.number))
    return Quantized(
        (card.shipped.bytes, after.shipped.bytes),
        {split: (card.scores[split].accuracy.number, after.scores[split].accuracy.number) for split in card.logits},
    )


def replace_weights(card: Card, network: nn.Module, logits: Mapping[str, StoredLogits], precision: str) -> Card:
    """Rewrite a checkpoint with rounded weights and the answers of these very weights; returns its new card.

    The new folder is written beside the old one and takes its place when it is whole and true, so that a kill or a
    full disk leaves the old one. What was computed with the old weights (features, corruptions, regions, answers
    to other sets) goes.

    Args:
        network: as `as_stored(..., precision)` returns it.
        logits: its answers to every split that the card scores.

    Raises:
        CheckpointError: if storing would change a weight, the card would not be true, or nothing can be written.
    """
    before = Path(card.folder or ".")
    bound = [*derived_paths(card), *(logits_path(before, name) for name in card.cross_sets)]
    stale = {weights.FILE_NAME, *(path.name for path in bound)}
    try:
        with replacing.workplace(before) as after:
            shutil.copytree(before, after, ignore=lambda _, names: [name for name in names if _goes(name, stale)])
            bare = card.model_copy(update={"folder": after, "cross_sets": {}})
            rewrite_weights(bare, network, logits, precision)
            replacing.replace_folder(before, after)
    except OSError as error:
        raise CheckpointError(
            f"{before} cannot be written anew: {error.strerror or error}; it stays as it was"
        ) from error
    return read_card(before)


def _goes(name: str, stale: set[str]) -> bool:
    return name in stale or name.endswith(".part")
