"""A loaded checkpoint classifies one picture or a whole split. Arrays in, arrays out; no tensor leaves."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Collection
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
from fer_core.data.fingerprint import differences, fingerprint
from fer_core.errors import CheckpointError
from fer_core.evaluation.embedding import principal_components, spread, stratified
from fer_core.images.preprocessing import InputSpec, images_to_input, to_input
from fer_core.inference.reproduction import Evaluation, accuracy, answer_differences, largest_difference
from fer_core.models.blocks import Classifier

SPLIT_BATCH = 256
FACES = 1000  # of a split, for the plane of features
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

    Attributions put hooks on the network, and two at the same time silently corrupt each other: code that runs the
    network outside `predict` must hold `lock`.

    Args:
        folder: a checkpoint folder.

    Raises:
        CheckpointError: see `checkpoints.load_network`.
    """

    def __init__(self, folder: Path | str):
        network, self.card = checkpoints.load_network(folder)
        # Channels last in memory: equal to a millionth of a logit, and up to twice as fast in batches.
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.spec = self.card.input.spec
        self.lock = threading.Lock()

    def to_input(self, image: np.ndarray | Image.Image) -> np.ndarray:
        """Return a face, uint8 of any size, as float32 (C, H, W), exactly as the card prescribes."""
        return to_input(image, self.spec)

    def predict(self, image: np.ndarray | Image.Image) -> Prediction:
        """Classify one face, grey (H, W) or colour (H, W, 3) uint8, or a Pillow image."""
        x = torch.from_numpy(self.to_input(image)).unsqueeze(0)
        with self.lock, torch.no_grad():
            probabilities = self.network(x)[0].softmax(0).numpy()
        return Prediction(probabilities, self.card.expressions)


@torch.inference_mode()
def predict_split(network: nn.Module, spec: InputSpec, rows: FaceDataset) -> StoredLogits:
    """Return the logits of a network in eval mode for all rows, in order, in float32 on the CPU."""
    batches = (rows.images[i : i + SPLIT_BATCH] for i in range(0, len(rows), SPLIT_BATCH))
    logits = [network(torch.from_numpy(images_to_input(batch, spec))).numpy() for batch in batches]
    return StoredLogits(np.concatenate(logits), rows.labels, rows.rows, _numbered(rows.subjects))


def _numbered(subjects: np.ndarray | None) -> np.ndarray | None:
    """A number for each subject, the same in every split and fold: CK+'s own (S005 is 5), else 48 bits of a hash."""
    return None if subjects is None else np.array([_number(name) for name in subjects.tolist()], np.int64)


def _number(name: str) -> int:
    if match := re.fullmatch(r"S(\d+)", name):
        return int(match[1])
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")


@torch.inference_mode()
def embed_split(network: Classifier, spec: InputSpec, rows: FaceDataset) -> tuple[np.ndarray, np.ndarray]:
    """Return penultimate features (N, D) and answers (N,) of a network in eval mode for all rows, in order."""
    features, answers = [], []
    for i in range(0, len(rows), SPLIT_BATCH):
        embedding = network.embed(torch.from_numpy(images_to_input(rows.images[i : i + SPLIT_BATCH], spec)))
        features.append(embedding.numpy())
        answers.append(network.classify(embedding).argmax(1).numpy())
    return np.concatenate(features), np.concatenate(answers)


def faces_of(card: Card, split: str, root: Path | None = None) -> FaceDataset:
    """Return the faces of a split as a card defines it: the owner's, or its protocol's drawn again.

    Raises:
        DataError: what is missing or damaged.
        CheckpointError: if the set's expressions or faces are not those of the training, or the card's protocol holds
            out other faces now.
    """
    faces, changed = _faces_and_changes(card, split, root)
    if changed:
        raise CheckpointError(
            f"{card.name} was trained and scored on another edition of {card.data.title}: changed since then: "
            f"{', '.join(changed)}; put that edition back"
        )
    return faces


def _faces_and_changes(card: Card, split: str, root: Path | None) -> tuple[FaceDataset, list[str]]:
    """Return the faces of a split, and how the data set differs from the one that the card records."""
    dataset = open_dataset(card.data.name, root)
    if tuple(dataset.expressions) != card.expressions:
        raise CheckpointError(
            f"{card.name} was trained on the expressions {', '.join(card.expressions)}, but {card.data.name} has "
            f"{', '.join(dataset.expressions)}; its scores would mean nothing"
        )
    if card.protocol is None:
        own = [card.data.train_split, card.data.validation_split, card.data.test_split]
        if split not in own:
            raise CheckpointError(
                f"{card.name} was trained, chosen and is scored on {', '.join(own)}; {split} may hold faces that chose "
                "it, so name one of these"
            )
        return dataset.subset(split), _changes(card, dataset, [split])
    protocol = protocols.build(card.protocol.name, dataset, card.protocol.seed)
    if protocol.sha256 != card.protocol.sha256:
        raise CheckpointError(
            f"{card.name} was trained under another draw of {protocol.title}; this edition of the data has other faces"
        )
    return protocol.folds[0].of(dataset).subset(split), _changes(card, dataset, card.fingerprint or ())


def _changes(card: Card, dataset: FaceDataset, splits: Collection[str]) -> list[str]:
    """Return how these splits differ from what the card records; [] for a card that records nothing."""
    if not card.fingerprint:
        return []
    stored = {split: known.known() for split, known in card.fingerprint.items()}
    return differences(stored, fingerprint(dataset, splits), splits)


def answers_of(network: nn.Module, card: Card, split: str, root: Path | None = None) -> StoredLogits:
    """Return a network's answers to a split as its card defines it; raises what `faces_of` raises."""
    return predict_split(network, card.input.spec, faces_of(card, split, root))


def store_features(folder: Path | str, root: Path | None = None, faces: int = FACES) -> StoredFeatures:
    """Store the features of about `faces` faces of a checkpoint's test split, drawn in the split's proportions.

    Raises:
        CheckpointError, DataError: what is missing or damaged.
    """
    network, card = checkpoints.load_torch_network(folder)
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


def answers_to_training(folder: Path | str, root: Path | None = None) -> StoredLogits:
    """Return a checkpoint's answers to its own training faces, for networks that learn from it."""
    network, card = checkpoints.load_network(folder)
    return answers_of(network, card, card.data.train_split, root)


def evaluate(folder: Path | str, split: str | None = None, root: Path | None = None) -> Evaluation:
    """Score a checkpoint on a split. A split's first scores are stored in the folder; later runs only compare.

    Scoring the test split is logged before anything is printed or stored.

    Args:
        folder: the checkpoint.
        split: default: the card's test split.
        root: where the data sets are.

    Raises:
        CheckpointError, DataError: what is missing or damaged; or a first score would be of other faces than the
            card's.
        ConfigError: if a look at the test split could not be logged.
    """
    network, card = checkpoints.load_network(folder)
    split = split or card.data.test_split
    is_look = split == card.data.test_split
    if is_look:
        looks.check_writable()
    if split not in card.scores:
        now = answers_of(network, card, split, root)
        if is_look:
            looks.append(looks.look(card, split, looks.FIRST, len(now.labels), accuracy(now)))
        checkpoints.add_split(folder, split, now)
        return Evaluation(split, len(now.labels), accuracy(now))
    before = checkpoints.load_logits(card, split)
    faces, changed = _faces_and_changes(card, split, root)
    now = predict_split(network, card.input.spec, faces)
    if is_look:
        looks.append(looks.look(card, split, looks.AGAIN, len(now.labels), accuracy(now)))
    return Evaluation(
        split,
        len(now.labels),
        accuracy(now),
        accuracy(before),
        largest_difference(before, now),
        (*changed, *answer_differences(before, now)),
    )
