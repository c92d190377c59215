"""Score a checkpoint on a set that it was not trained on, over the expressions that both know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from fer_core import checkpoints
from fer_core.checkpoints import StoredLogits, looks
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.card_schema import NAME
from fer_core.data import DATASETS, open_dataset
from fer_core.data.cross_dataset import SAME_PICTURES, CrossDataset, cross_dataset
from fer_core.data.dataset import NO_SPLIT
from fer_core.data.fingerprint import describe, differences
from fer_core.errors import CheckpointError
from fer_core.inference.predictor import predict_split
from fer_core.inference.reproduction import Evaluation, accuracy, answer_differences, largest_difference


def plan_cross_set(card: Card, data: str, split: str | None = None, root: Path | None = None) -> CrossDataset:
    """Say which faces of a set a checkpoint can be scored on, and how labels are mapped; no network is loaded.

    Raises:
        ConfigError, DataError: if there is no such set, it is missing, or see `data.cross_dataset`.
        CheckpointError: if the network has learned from one that was trained on these faces.
    """
    crossing = cross_dataset(card.data.name, card.expressions, open_dataset(data, root), split)
    if (kin := _trained_on(card, data)) and (crossing.split == NO_SPLIT or data not in _with_test_split()):
        raise CheckpointError(
            f"{card.name} learned from {kin}, which was trained on faces of {data}, so {crossing.split} of it is not "
            "unseen; choose a split that nothing is trained on, or another set"
        )
    return crossing


def _trained_on(card: Card, data: str) -> str:
    """The checkpoint that a network starts from or learns from, if that was trained on this set's pictures."""
    same = SAME_PICTURES if data in SAME_PICTURES else {data}
    for name in (card.training.settings.get(key) or "" for key in ("init_from", "teacher")):
        match = NAME.fullmatch(name)
        if match and match["data"] in same:
            return name
    return ""


def _with_test_split() -> list[str]:
    return [name for name, info in DATASETS.items() if info.test_split]


def evaluate_across(
    folder: Path | str, data: str, split: str | None = None, root: Path | None = None
) -> tuple[CrossDataset, Evaluation]:
    """Score a checkpoint on another set and log the look. The first scores are stored in its card; later runs compare.

    Args:
        folder: the checkpoint.
        data: a key of `DATASETS`, another than the card's.
        split: see `data.cross_dataset`.
        root: where the data sets are.

    Raises:
        ConfigError, DataError, CheckpointError: see `plan_cross_set`; or the weights are missing or damaged.
    """
    looks.check_writable()
    card = read_card(folder)
    crossing = plan_cross_set(card, data, split, root)
    network, card = checkpoints.load_network(folder)
    now = _over_shared(predict_split(network, card.input.spec, crossing.faces), card, crossing)
    faces = describe(crossing.faces)
    evaluation = Evaluation(crossing.split, len(now.labels), accuracy(now))
    known = card.cross_sets.get(crossing.name)
    looks.append(_look(card, crossing, evaluation, looks.AGAIN if known else looks.FIRST))
    if known is None:
        about = {"data": data, "title": DATASETS[data].title, "split": crossing.split}
        checkpoints.add_cross_set(
            folder, crossing.name, now, data=about, expressions=crossing.shared.expressions, fingerprint=faces
        )
        return crossing, evaluation
    before = checkpoints.load_logits(card, crossing.name)
    changed = differences({crossing.split: known.fingerprint.known()}, {crossing.split: faces}, [crossing.split])
    if known.expressions != tuple(crossing.shared.expressions):
        changed = [f"the shared expressions, which were {', '.join(known.expressions)}"]
    else:
        changed += answer_differences(before, now)
    return crossing, replace(
        evaluation,
        stored_accuracy=accuracy(before),
        largest_difference=largest_difference(before, now),
        differences=tuple(changed),
    )


def _look(card: Card, crossing: CrossDataset, evaluation: Evaluation, why: str) -> looks.Look:
    """The other set's faces were looked at, not those of the card's own protocol."""
    look = looks.look(card, crossing.split, why, evaluation.n, evaluation.accuracy)
    return replace(look, data=crossing.faces.name, protocol="")


def _over_shared(answers: StoredLogits, card: Card, crossing: CrossDataset) -> StoredLogits:
    columns = [card.expressions.index(name) for name in crossing.shared.expressions]
    return replace(answers, logits=np.ascontiguousarray(answers.logits[:, columns]))
