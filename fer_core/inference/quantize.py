"""Weights in 8 bits: round a network, ask it again, and let the card score what the file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fer_core import checkpoints
from fer_core.checkpoints import quantization
from fer_core.errors import CheckpointError
from fer_core.evidence import looks
from fer_core.inference.predictor import answers_of


@dataclass(frozen=True)
class Quantized:
    """What `pack` did: bytes of the weights and accuracy (0..1) by split, each before and after."""

    size_bytes: tuple[int, int]
    accuracy: dict[str, tuple[float, float]]


def quantize(folder: Path | str, root: Path | None = None) -> Quantized:
    """Store a checkpoint's weights in 8 bits, with the scores of the rounded network on every split that it has.

    That scores the test split once more, which the log of looks tells.

    Args:
        folder: the checkpoint.
        root: where the data sets lie.

    Raises:
        CheckpointError, DataError: what is missing or damaged, or that the weights are in 8 bits already.
        ConfigError: if the look at the test split could not be logged.
    """
    looks.check_writable()
    network, card = checkpoints.load_network(folder)
    if card.weights["dtype"] == quantization.DTYPES[quantization.EIGHT_BITS]:
        raise CheckpointError(f"the weights of {card.name} are stored in 8 bits already")
    network = checkpoints.as_stored(network, quantization.EIGHT_BITS)
    answers = {split: answers_of(network, card, split, root) for split in card.logits}
    after = checkpoints.requantize(card, network, answers, quantization.EIGHT_BITS)
    if (test := card.data["test_split"]) in answers:
        scored = after.scores[test]
        looks.append(looks.look(after, test, looks.ROUNDED, scored["n"], scored["accuracy"]["value"]))
    return Quantized(
        (card.weights["bytes"], after.weights["bytes"]),
        {split: tuple(one.scores[split]["accuracy"]["value"] for one in (card, after)) for split in card.logits},
    )
