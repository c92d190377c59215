"""A loaded checkpoint that answers: one picture, or a whole split. Arrays in, arrays out; no tensor leaves."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from fer_core import checkpoints
from fer_core.checkpoints import StoredFeatures, StoredLogits, looks
from fer_core.checkpoints.card import Card
from fer_core.data import FaceDataset, open_dataset, protocols
from fer_core.errors import CheckpointError
from fer_core.evaluation.embedding import principal_components, spread, stratified
from fer_core.images.preprocessing import InputSpec, images_to_input, to_input

SPLIT_BATCH = 256
FACES = 1000  # of a split, for looking at features
COMPONENTS = 32  # kept of the features, per face


@dataclass(frozen=True, eq=False)
class Prediction:
    """Probabilities (K,) in the order of `expressions`, which is the checkpoint's own."""

    probabilities: np.ndarray
    expressions: tuple[str, ...]

    @property
    def expression(self) -> str:
        """The most probable expression."""
        return self.expressions[int(self.probabilities.argmax())]


class Predictor:
    """A checkpoint, loaded once.

    Attributions put hooks on the network, and two of them at the same time silently spoil each other: whoever runs the
    network outside `predict` holds `lock`.

    Args:
        folder: a checkpoint folder.

    Raises:
        CheckpointError: see `checkpoints.load_network`.
    """

    def __init__(self, folder: Path | str):
        network, self.card = checkpoints.load_network(folder)
        # Pixel by pixel in memory: equal to a millionth of a logit, and in batches up to twice as fast.
        self.network = network.to(memory_format=torch.channels_last)
        self.spec = self.card.input.spec
        self.lock = threading.Lock()

    def to_input(self, image: np.ndarray | Image.Image) -> np.ndarray:
        """A face, uint8 of any size -> float32 (C, H, W), exactly as the card prescribes."""
        return to_input(image, self.spec)

    def predict(self, image: np.ndarray | Image.Image) -> Prediction:
        """Classify one face, grey (H, W) or colour (H, W, 3) uint8, or a Pillow image."""
        x = torch.from_numpy(self.to_input(image)).unsqueeze(0)
        with self.lock, torch.no_grad():
            probabilities = self.network(x)[0].softmax(0).numpy()
        return Prediction(probabilities, self.card.expressions)


@torch.inference_mode()
def predict_split(network: nn.Module, spec: InputSpec, rows: FaceDataset) -> StoredLogits:
    """Logits of a network in eval mode for all rows, in order, in float32 on the CPU."""
    batches = (rows.images[i : i + SPLIT_BATCH] for i in range(0, len(rows), SPLIT_BATCH))
    logits = [network(torch.from_numpy(images_to_input(batch, spec))).numpy() for batch in batches]
    return StoredLogits(np.concatenate(logits), rows.labels, rows.rows, _numbered(rows.subjects))


def _numbered(subjects: np.ndarray | None) -> np.ndarray | None:
    """CK+'s subjects by the number in their name: S005 is 5."""
    return None if subjects is None else np.array([int(name.strip("S")) for name in subjects.tolist()])


@torch.inference_mode()
def embed_split(network: nn.Module, spec: InputSpec, rows: FaceDataset) -> tuple[np.ndarray, np.ndarray]:
    """Penultimate features (N, D) and answers (N,) of a network in eval mode for all rows, in order."""
    features, answers = [], []
    for i in range(0, len(rows), SPLIT_BATCH):
        embedding = network.embed(torch.from_numpy(images_to_input(rows.images[i : i + SPLIT_BATCH], spec)))
        features.append(embedding.numpy())
        answers.append(network.classify(embedding).argmax(1).numpy())
    return np.concatenate(features), np.concatenate(answers)


def faces_of(card: Card, split: str, root: Path | None = None) -> FaceDataset:
    """The faces of a split as a card means it: the owner's, or its protocol's drawn again.

    Raises:
        DataError: what is missing or damaged.
        CheckpointError: if the set has other expressions than the card, or its protocol holds out other faces now.
    """
    dataset = open_dataset(card.data.name, root)
    if tuple(dataset.expressions) != card.expressions:
        raise CheckpointError(
            f"{card.name} was trained on the expressions {', '.join(card.expressions)}, but {card.data.name} has "
            f"{', '.join(dataset.expressions)}; its scores would mean nothing"
        )
    if card.protocol is None:
        return dataset.subset(split)
    protocol = protocols.build(card.protocol.name, dataset, card.protocol.seed)
    if protocol.sha256 != card.protocol.sha256:
        raise CheckpointError(
            f"{card.name} was trained under another draw of {protocol.title}; this edition of the data has other faces"
        )
    return protocol.folds[0].of(dataset).subset(split)


def answers_of(network: nn.Module, card: Card, split: str, root: Path | None = None) -> StoredLogits:
    """What a network answers to a split as its card means it; raises what `faces_of` raises."""
    return predict_split(network, card.input.spec, faces_of(card, split, root))


def store_features(folder: Path | str, root: Path | None = None, faces: int = FACES) -> StoredFeatures:
    """Store where a checkpoint puts about `faces` faces of its test split, drawn in the split's own proportions.

    Raises:
        CheckpointError, DataError: what is missing or damaged.
    """
    network, card = checkpoints.load_network(folder)
    split = card.data.test_split
    test = faces_of(card, split, root)
    test = test.take(stratified(test.labels, faces))
    features, answers = embed_split(network, card.input.spec, test)
    components, explained = principal_components(features, COMPONENTS)
    stored = StoredFeatures(
        rows=test.rows,
        labels=test.labels,
        answers=answers,
        components=components.astype(np.float16),
        tsne=_neighbours_in_plane(components),
        explained=tuple(float(share) for share in explained),
        size=features.shape[1],
        spread=spread(features, test.labels),
    )
    checkpoints.save_features(card, split, stored)
    return stored


def _neighbours_in_plane(components: np.ndarray) -> np.ndarray:
    """t-SNE (van der Maaten and Hinton 2008) of the components, started from the first two: seeded, (N, 2)."""
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(components) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=0).fit_transform(components).astype(np.float32)


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found: accuracy now, and before if the split was scored already."""

    split: str
    n: int
    accuracy: float
    stored_accuracy: float | None
    largest_difference: float | None  # of any logit, now against stored

    @property
    def is_reproduced(self) -> bool:
        """Whether the stored accuracy came out again, exactly (true also if there was none)."""
        return self.stored_accuracy is None or self.accuracy == self.stored_accuracy


def answers_to_training(folder: Path | str, root: Path | None = None) -> StoredLogits:
    """What a checkpoint says of the faces that it was trained on, for those who learn from it."""
    network, card = checkpoints.load_network(folder)
    return answers_of(network, card, card.data.train_split, root)


def evaluate(folder: Path | str, split: str | None = None, root: Path | None = None) -> Evaluation:
    """Score a checkpoint on a split. A split's first scores are stored in the folder; later runs only compare.

    A scoring of the test split goes into the log of looks before anything is said or stored.

    Args:
        folder: the checkpoint.
        split: default: the card's test split.
        root: where the data sets lie.

    Raises:
        CheckpointError, DataError: what is missing or damaged.
        ConfigError: if a look at the test split could not be logged.
    """
    network, card = checkpoints.load_network(folder)
    split = split or card.data.test_split
    is_look = split == card.data.test_split
    if is_look:
        looks.check_writable()
    now = answers_of(network, card, split, root)
    accuracy = float((now.logits.argmax(1) == now.labels).mean())
    if is_look:
        why = looks.AGAIN if split in card.scores else looks.FIRST
        looks.append(looks.look(card, split, why, len(now.labels), accuracy))
    if split not in card.scores:
        checkpoints.add_split(folder, split, now)
        return Evaluation(split, len(now.labels), accuracy, None, None)
    before = checkpoints.load_logits(card, split)
    if not np.array_equal(before.rows, now.rows):
        raise CheckpointError(
            f"the stored {split} of {card.name} has {len(before.rows)} rows and this data set "
            f"{len(now.rows)}, or others; they are not the same edition of the data"
        )
    stored = float((before.logits.argmax(1) == before.labels).mean())
    difference = float(np.abs(before.logits - now.logits).max())
    return Evaluation(split, len(now.labels), accuracy, stored, difference)
