"""A checkpoint small enough to publish in a test: mini-Xception with random weights, scored on random pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from support.histories import line

from fer_core import checkpoints, labels, models
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import Card
from fer_core.data import DATASETS
from fer_core.images.preprocessing import InputSpec

NAME = "mini_xception.fer2013-test"
DATA = {
    "name": "fer2013",
    "title": "FER2013",
    "train_split": "Training",
    "validation_split": "PublicTest",
    "test_split": "PrivateTest",
    "n_train": 28709,
    "terms": "research only",
    "alignment": DATASETS["fer2013"].alignment,
}
TRAINING = {
    "recipe": "none",
    "settings": {"lr": 0.1, "steps": (1, 2)},
    "loss": "cross_entropy",
    "seed": 0,
    "epochs": 2,
    "best_epoch": 1,
    "seconds": 1.5,
    "images_per_second": 100.0,
    "device": "a test",
    "command": "none",
    "schedule_note": "",
    "versions": {"python": "3", "torch": "2", "numpy": "2"},
}
HISTORY = [line(1, 0.3, seconds=0.8), line(2, 0.2, seconds=0.7)]
INPUT = InputSpec(48, 3, "grey", (0.5,), (0.25,))


def answers(network: torch.nn.Module, rows: int = 30, seed: int = 0) -> StoredLogits:
    """What the network answers to `rows` random pictures; the labels are random."""
    random = np.random.default_rng(seed)
    pictures = torch.from_numpy(random.normal(size=(rows, 3, 48, 48)).astype(np.float32))
    with torch.no_grad():
        logits = network(pictures).numpy()
    return StoredLogits(logits, random.integers(0, 7, rows), np.arange(rows))


def of_other_weights(card: Card) -> Card:
    """Return the card as if its weights had another hash."""
    return card.model_copy(update={"weights": card.weights.model_copy(update={"sha256": "0" * 64})})


def publish_sample(root: Path, **changes: object) -> Path:
    """Publish the sample under root; `changes` replace arguments of `checkpoints.publish`."""
    torch.manual_seed(0)
    network = checkpoints.as_stored(models.build("mini_xception"))
    arguments = {
        "network": network,
        "network_name": "mini_xception",
        "config": models.entry("mini_xception").config,
        "expressions": labels.FER2013,
        "input_spec": INPUT,
        "data": DATA,
        "training": TRAINING,
        "history_lines": HISTORY,
        "logits": {"PublicTest": answers(network)},
    }
    return checkpoints.publish(root, NAME, **{**arguments, **changes})
