"""A network's answers to corrupted test faces, stored beside a checkpoint for the pages. No torch.

corruptions-<Split>.safetensors   rows int32, labels uint8 (N,); sample int32 (n,): the faces that were corrupted;
                                  answers uint8 by condition, (N,) or (n,); its header says of which weights, and which
                                  seed drew
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fer_core.checkpoints.artifacts import AboutArtifact, artifact_problems, load_artifact, save_artifact
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import check_split
from fer_core.checkpoints.tensors import Column, check_tensors, labels_column, rows_column
from fer_core.records import Count

COMMAND = "fer robustness"
CLEAN, MIRROR, GATES_OPEN = "clean", "mirror", "gates-open"
NAME = re.compile(r"clean|mirror|gates-open|[a-z]+(-[a-z]+)*-[1-5]")
WHOLE = (CLEAN, MIRROR, GATES_OPEN)  # asked of all faces; corruptions, five dozen of them, of a sample
KINDS = {"rows": np.int32, "labels": np.uint8, "sample": np.int32}


@dataclass(frozen=True, eq=False)
class StoredCorruptionPredictions:
    """The answers of a network to the faces `rows` of a split under several conditions.

    rows, labels: (N,) integers, index in the data set and true expression.
    sample: (n,) integers, places in `rows` of the faces that were corrupted; all of them or a part.
    answers: integers by condition: "clean" (always there), "mirror" and "gates-open" (where there are gates), (N,);
        "<corruption>-<severity>", for example "blur-3", see `robustness.corruptions`, (n,).
    seed: of the random changes.
    """

    rows: np.ndarray
    labels: np.ndarray
    sample: np.ndarray
    answers: Mapping[str, np.ndarray]
    seed: int

    def is_right(self, condition: str) -> np.ndarray:
        """Whether each answer is the true expression, bool (N,) or (n,)."""
        labels = self.labels if condition in WHOLE else self.labels[self.sample]
        return self.answers[condition] == labels


class AboutCorruptions(AboutArtifact):
    """The header: the seed of the random changes."""

    seed: Count


def corruption_predictions_path(folder: Path | str, split: str) -> Path:
    """Return the path of a split's predictions: the name of format 1 where only that file exists.

    Raises:
        CheckpointError: for a split name that could leave the folder.
    """
    path, older = _path(folder, split), old_path(folder, split)
    return older if older.is_file() and not os.path.lexists(path) else path


def old_path(folder: Path | str, split: str) -> Path:
    """Return the file's path under its name of format 1."""
    return Path(folder) / f"reactions-{split}.safetensors"


def _path(folder: Path | str, split: str) -> Path:
    check_split(split)
    return Path(folder) / f"corruptions-{split}.safetensors"


def save_corruption_predictions(card: Card, split: str, stored: StoredCorruptionPredictions) -> Path:
    """Write the predictions for one split beside the card, whole or not at all; returns the file."""
    arrays = {name: answers.astype(np.uint8) for name, answers in stored.answers.items()}
    arrays |= {name: getattr(stored, name).astype(kind) for name, kind in KINDS.items()}
    path = save_artifact(_path(card.folder or ".", split), card, arrays, {"seed": stored.seed})
    old_path(path.parent, split).unlink(missing_ok=True)
    return path


def load_corruption_predictions(card: Card, split: str) -> StoredCorruptionPredictions:
    """Read the predictions for one split.

    Raises:
        CheckpointError: if there are none, the file is damaged, or it belongs to other weights than the card's.
    """
    return load_artifact(
        corruption_predictions_path(card.folder or ".", split),
        card,
        AboutCorruptions,
        lambda arrays, about: _checked(arrays, len(card.expressions), about.seed),
        what=f"predictions for corrupted faces of {split}",
        command=COMMAND,
    )


def corruption_prediction_problems(card: Card, split: str) -> list[str]:
    """Return a sentence for what is wrong with a split's stored predictions; [] if true, or there are none."""
    path = corruption_predictions_path(card.folder or ".", split)
    return artifact_problems(
        card, split, path, load_corruption_predictions, lambda stored: stored.answers[CLEAN], COMMAND
    )


def _checked(arrays: dict[str, np.ndarray], expressions: int, seed: int) -> StoredCorruptionPredictions:
    """Build the predictions from tensors; raises ValueError for what does not fit."""
    foreign = [name for name in arrays if name not in KINDS and not NAME.fullmatch(name)]
    if foreign:
        raise ValueError(f"it holds {foreign[0]!r}")
    n = len(arrays["rows"]) if "rows" in arrays and arrays["rows"].ndim else 0
    columns = {
        "rows": replace(rows_column("N"), dtypes=(np.int32,)),
        "labels": replace(labels_column("N", expressions), dtypes=(np.uint8,)),
        "sample": Column((np.int32,), ("n",), 0, n - 1, is_unique=True),
    }
    for name in (CLEAN, *(condition for condition in arrays if condition not in KINDS)):
        columns[name] = replace(labels_column("N" if name in WHOLE else "n", expressions), dtypes=(np.uint8,))
    check_tensors(arrays, columns)
    rows, labels, sample = (arrays[name] for name in KINDS)
    answers = {name: array for name, array in arrays.items() if name not in KINDS}
    return StoredCorruptionPredictions(rows.astype(np.int64), labels, sample.astype(np.int64), answers, seed)
