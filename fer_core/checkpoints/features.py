"""Penultimate features of some test faces, stored compactly beside a checkpoint for the dashboard. No torch.

features-<Split>.safetensors   rows, labels, answers (N,); principal components (N, P) float16; t-SNE (N, 2);
                               its header says of which weights, how the variance is shared, and the spread
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from fer_core.checkpoints.artifacts import AboutArtifact, artifact_problems, load_artifact, save_artifact
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import check_split
from fer_core.checkpoints.compact_ints import narrow, widen
from fer_core.checkpoints.tensors import Column, check_tensors, labels_column, rows_column
from fer_core.evaluation.embedding import Spread
from fer_core.records import KnownEstimate, Positive, Record, Share

COMMAND = "fer embed"
TENSORS = ("rows", "labels", "answers", "components", "tsne")


@dataclass(frozen=True, eq=False)
class StoredFeatures:
    """A network's features of the faces `rows` of a split.

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


class SpreadEntry(Record):
    """`evaluation.embedding.Spread` as JSON."""

    within: KnownEstimate
    between: KnownEstimate
    ratio: KnownEstimate


class AboutFeatures(AboutArtifact):
    """The header: how the variance is shared, D of the features before, and the spread in all D dimensions."""

    explained: Annotated[tuple[Share, ...], Field(min_length=1, max_length=4096)]
    size: Positive
    spread: SpreadEntry


def features_path(folder: Path | str, split: str) -> Path:
    """Return the path of a split's features; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"features-{split}.safetensors"


def save_features(card: Card, split: str, stored: StoredFeatures) -> Path:
    """Write the features of one split beside the card, whole or not at all; returns the file."""
    about = {"explained": list(stored.explained), "size": stored.size, "spread": stored.spread.as_dict()}
    arrays = {name: narrow(getattr(stored, name)) for name in TENSORS}
    return save_artifact(features_path(card.home, split), card, arrays, about)


def load_features(card: Card, split: str) -> StoredFeatures:
    """Read the features of one split.

    Raises:
        CheckpointError: if there are none, the file is damaged, or it belongs to other weights than the card's.
    """
    return load_artifact(
        features_path(card.folder or ".", split),
        card,
        AboutFeatures,
        lambda arrays, about: _checked(arrays, about, len(card.expressions)),
        what=f"features of {split}",
        command=COMMAND,
        needs_layers=True,
    )


def feature_problems(card: Card, split: str) -> list[str]:
    """Return a sentence for what is wrong with a split's stored features; [] if they are true, or there are none."""
    path = features_path(card.folder or ".", split)
    return artifact_problems(card, split, path, load_features, lambda stored: stored.answers, COMMAND)


def _checked(arrays: dict[str, np.ndarray], about: AboutFeatures, expressions: int) -> StoredFeatures:
    """Make features of tensors and header; raises ValueError for what does not fit."""
    columns = {
        "rows": rows_column("N"),
        "labels": labels_column("N", expressions),
        "answers": labels_column("N", expressions),
        "components": Column((np.float16,), ("N", "P")),
        "tsne": Column((np.float32,), ("N", 2)),
    }
    check_tensors(arrays, columns, P=len(about.explained))
    spread = Spread.from_dict(about.spread.model_dump())
    tensors = {name: widen(arrays[name]) for name in TENSORS}
    return StoredFeatures(**tensors, explained=about.explained, size=about.size, spread=spread)
