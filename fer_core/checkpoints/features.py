"""Penultimate features of some test faces, stored compactly beside a checkpoint for the dashboard. No torch.

features-<Split>.safetensors   rows, labels, answers (N,); principal components (N, P) float16; t-SNE (N, 2);
                               its header says of which weights, how the variance is shared, and the spread
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from fer_core.card_schema import check_split
from fer_core.cards import Card, write_file
from fer_core.errors import CheckpointError
from fer_core.evaluation.embedding import Spread

HEADER = "about"
TENSORS = ("rows", "labels", "answers", "components", "tsne")


@dataclass(frozen=True, eq=False)
class StoredFeatures:
    """Where a network puts the faces `rows` of a split.

    rows, labels, answers: (N,) int64, index in the data set, true and predicted expression.
    components: (N, P) float16, principal components. tsne: (N, 2) float32.
    explained: (P,) share of the variance. size: D of the features before. spread: of the features in all D dimensions.
    """

    rows: np.ndarray
    labels: np.ndarray
    answers: np.ndarray
    components: np.ndarray
    tsne: np.ndarray
    explained: tuple[float, ...]
    size: int
    spread: Spread


def features_path(folder: Path | str, split: str) -> Path:
    """Return where a split's features lie; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"features-{split}.safetensors"


def save_features(card: Card, split: str, stored: StoredFeatures) -> Path:
    """Write the features of one split beside the card, whole or not at all; returns the file."""
    about = {
        "weights": card.weights["sha256"],
        "explained": list(stored.explained),
        "size": stored.size,
        "spread": stored.spread.as_dict(),
    }
    arrays = {name: np.ascontiguousarray(getattr(stored, name)) for name in TENSORS}
    path = features_path(card.folder, split)
    write_file(path, to_bytes(arrays, metadata={HEADER: json.dumps(about, sort_keys=True)}))
    return path


def load_features(card: Card, split: str) -> StoredFeatures:
    """Read the features of one split.

    Raises:
        CheckpointError: if there are none, the file is damaged, or it belongs to other weights than the card's.
    """
    path = features_path(card.folder, split)
    again = f"`fer features {card.name}` writes them"
    if not path.is_file():
        raise CheckpointError(f"{card.name} has no stored features of {split}; {again}")
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in TENSORS}
            about = json.loads((file.metadata() or {})[HEADER])
        spread = Spread.from_dict(about["spread"])
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not hold a split's features ({error}); {again} anew") from error
    if about["weights"] != card.weights["sha256"]:
        raise CheckpointError(
            f"{path} was computed with other weights than the card of {card.name} names; {again} anew"
        )
    return StoredFeatures(**arrays, explained=tuple(about["explained"]), size=about["size"], spread=spread)
