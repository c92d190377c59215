"""A checkpoint under check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.onnx_weights import NO_EXPRESSION
from fer_core.data import FaceDataset
from fer_core.evaluation.embedding import balanced_sample
from fer_core.images.preprocessing import InputSpec, images_to_input
from fer_core.inference.predictor import faces_of
from fer_core.onnx.graph import GraphInfo
from fer_core.onnx.network import OnnxNetwork

FACES = 420  # equally many of each expression: half an interval of a recall is then 12 points, of all 5
BATCH = 64


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and the faces of its checks.

    Attributes:
        run: float32 (N, C, S, S) -> its raw outputs (N, K).
        columns: the expression of each output, "-" for one that stands for none.
        faces: of the validation split, labelled in the order of the card's expressions.
        graph: what its ONNX file says of itself; None for a network of this project.
    """

    card: Card
    run: Callable[[np.ndarray], np.ndarray]
    columns: tuple[str, ...]
    faces: FaceDataset
    graph: GraphInfo | None

    def outputs(self, spec: InputSpec | None = None, images: np.ndarray | None = None) -> np.ndarray:
        """Raw outputs (N, K) to the faces, or other images, fed as the card says or as another spec does."""
        given = images_to_input(self.faces.images if images is None else images, spec or self.card.input.spec)
        return np.concatenate([self.run(given[i : i + BATCH]) for i in range(0, len(given), BATCH)])

    @property
    def is_named(self) -> np.ndarray:
        """Which outputs stand for an expression, bool (K,)."""
        return np.array([column != NO_EXPRESSION for column in self.columns])


def subject_of(folder: Path | str, root: Path | None = None) -> Subject:
    """Load a checkpoint and its validation faces. Raises CheckpointError, DataError: what is missing or damaged."""
    network, card = checkpoints.load_network(folder)
    faces = faces_of(card, card.data.validation_split, root)
    faces = faces.take(balanced_sample(faces.labels, FACES))
    if isinstance(network, OnnxNetwork):
        session = network.session
        return Subject(card, session.run, tuple(card.network.config["columns"]), faces, session.info)
    return Subject(card, _as_arrays(network), card.expressions, faces, None)


def _as_arrays(network: nn.Module) -> Callable[[np.ndarray], np.ndarray]:
    @torch.inference_mode()
    def run(given: np.ndarray) -> np.ndarray:
        return network(torch.from_numpy(given)).numpy()

    return run
