"""What a network answers to changed test faces, stored beside a checkpoint so that no page has to ask again. No torch.

reactions-<Split>.safetensors   rows int32, labels uint8 (N,); sample int32 (n,): the faces that were corrupted; answers
                                uint8 by condition, (N,) or (n,); its header says of which weights, and which seed drew
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fer_core.checkpoints.artifacts import answer_problems, load_artifact, save_artifact
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import check_split
from fer_core.errors import CheckpointError

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


def corruption_predictions_path(folder: Path | str, split: str) -> Path:
    """Return where a split's reactions lie; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"reactions-{split}.safetensors"


def save_corruption_predictions(card: Card, split: str, stored: StoredCorruptionPredictions) -> Path:
    """Write the reactions to one split beside the card, whole or not at all; returns the file."""
    arrays = {name: answers.astype(np.uint8) for name, answers in stored.answers.items()}
    arrays |= {name: getattr(stored, name).astype(kind) for name, kind in KINDS.items()}
    return save_artifact(corruption_predictions_path(card.folder, split), card, arrays, {"seed": stored.seed})


def load_corruption_predictions(card: Card, split: str) -> StoredCorruptionPredictions:
    """Read the reactions to one split.

    Raises:
        CheckpointError: if there are none, the file is damaged, or it belongs to other weights than the card's.
    """
    return load_artifact(
        corruption_predictions_path(card.folder, split),
        card,
        lambda arrays, about: _checked(arrays, len(card.expressions), int(about["seed"])),
        lacks=f"reactions to changed faces of {split}",
        what="reactions to changed faces",
        command="fer react",
    )


def corruption_prediction_problems(card: Card, split: str) -> list[str]:
    """Return a sentence for what is wrong with a split's stored reactions; [] if they are true, or there are none."""
    path = corruption_predictions_path(card.folder or ".", split)
    if not path.is_file():
        return []
    try:
        stored = load_corruption_predictions(card, split)
        return answer_problems(card, split, path, stored.rows, stored.answers[CLEAN], "fer react")
    except CheckpointError as error:
        return [str(error)]


def _checked(arrays: dict[str, np.ndarray], size: int, seed: int) -> StoredCorruptionPredictions:
    """Sort tensors into what they are, for `size` expressions; raises ValueError or KeyError for what does not fit."""
    rows, labels, sample = (arrays.pop(name) for name in KINDS)
    foreign = [name for name in arrays if not NAME.fullmatch(name)]
    if foreign or CLEAN not in arrays:
        raise ValueError(f"it holds {foreign[0]!r}" if foreign else f"it has no answers to {CLEAN} faces")
    wanted = {"rows": (np.int32, len(rows)), "labels": (np.uint8, len(rows)), "sample": (np.int32, len(sample))}
    wanted |= {name: (np.uint8, len(rows if name in WHOLE else sample)) for name in arrays}
    for name, array in {"rows": rows, "labels": labels, "sample": sample, **arrays}.items():
        kind, n = wanted[name]
        if array.dtype != kind or array.shape != (n,) or n == 0:
            raise ValueError(f"{name} is {array.dtype} {array.shape}, for {n} faces")
        top = {"rows": None, "sample": len(rows)}.get(name, size)
        if array.min() < 0 or (top is not None and array.max() >= top):
            raise ValueError(f"{name} reaches from {array.min()} to {array.max()}, beyond 0 to {top}")
    return StoredCorruptionPredictions(rows.astype(np.int64), labels, sample.astype(np.int64), arrays, seed)
