"""Run a checkpoint on corrupted test faces once, and store its answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from fer_core import checkpoints
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.corruption_predictions import (
    CLEAN,
    GATES_OPEN,
    MIRROR,
    StoredCorruptionPredictions,
    load_corruption_predictions,
    save_corruption_predictions,
)
from fer_core.data import FaceDataset
from fer_core.errors import CheckpointError
from fer_core.evaluation.embedding import stratified
from fer_core.images.preprocessing import InputSpec, fitted, images_to_input
from fer_core.inference.gates import bypass_attention
from fer_core.inference.predictor import faces_of
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES, corrupt_all, mirror

FACES = 600  # of a split that are corrupted: a mean over all corruptions is then known to about 3 points
BATCH = 32  # a core's cache holds the features of this many; 256 take a dense network twice as long


def is_current(folder: Path | str) -> bool:
    """Whether predictions for the corrupted checkpoint's test split are stored, whole and of these weights."""
    card = read_card(folder)
    try:
        load_corruption_predictions(card, card.data.test_split)
    except CheckpointError:
        return False
    return True


def store_corruption_predictions(
    folder: Path | str, root: Path | None = None, faces: int | None = FACES, seed: int = 0
) -> StoredCorruptionPredictions:
    """Store what a checkpoint answers to its test faces unchanged, mirrored, with its gates open, and corrupted.

    Args:
        folder: the checkpoint. root: where the data sets are.
        faces: about that many of the split are corrupted, drawn in its proportions and the same for every
            checkpoint; None is all of them. All are asked unchanged, mirrored and with gates open.
        seed: of the random changes.

    Raises:
        CheckpointError, DataError: what is missing or damaged.
    """
    network, card = checkpoints.load_network(folder)
    # the same sums, a quarter faster
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    split = card.data.test_split
    test = faces_of(card, split, root)
    sample = np.arange(len(test)) if faces is None else stratified(test.labels, faces)
    stored = predict_corrupted(network, card.input.spec, test, sample, seed)
    save_corruption_predictions(card, split, stored)
    return stored


def predict_corrupted(
    network: nn.Module, spec: InputSpec, test: FaceDataset, sample: np.ndarray, seed: int = 0
) -> StoredCorruptionPredictions:
    """Ask a network in eval mode under every condition; changes are made at the size in which it reads faces.

    Args:
        sample: int (n,), places in `test` of the faces to be corrupted.
    """
    pictures = fitted(test.images, spec)
    with tqdm(unit=" answers", unit_scale=True, leave=False, disable=None) as bar:
        with bypass_attention(network) as gates:
            bar.reset(len(pictures) * (2 + bool(gates)) + len(sample) * len(CORRUPTIONS) * len(SEVERITIES))
            answers = {GATES_OPEN: _answers(network, spec, pictures, GATES_OPEN, bar)} if gates else {}
        for condition, changed in _changed(pictures, sample, seed):
            answers[condition] = _answers(network, spec, changed, condition, bar)
    return StoredCorruptionPredictions(test.rows, test.labels.astype(np.uint8), sample, answers, seed)


def _changed(pictures: np.ndarray, sample: np.ndarray, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    yield CLEAN, pictures
    yield MIRROR, mirror(pictures)
    corrupted = pictures[sample]
    for name in CORRUPTIONS:
        for severity in SEVERITIES:
            yield f"{name}-{severity}", corrupt_all(corrupted, name, severity, seed)


@torch.inference_mode()
def _answers(network: nn.Module, spec: InputSpec, pictures: np.ndarray, condition: str, bar: tqdm) -> np.ndarray:
    """Most probable expressions (N,) uint8 of pictures (N, S, S[, 3]) that have the network's size."""
    bar.set_description(condition, refresh=False)
    predictions = []
    for start in range(0, len(pictures), BATCH):
        batch = torch.from_numpy(images_to_input(pictures[start : start + BATCH], spec))
        predictions.append(network(batch).argmax(1).numpy().astype(np.uint8))
        bar.update(len(batch))
    return np.concatenate(predictions)
