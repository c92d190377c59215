"""Three checkpoints for the dashboard's tests: random weights, invented answers whose scores can be counted by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch
from support.checkpoint import DATA, HISTORY, INPUT, TRAINING

from fer_core import checkpoints, files, labels, models
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import read_card, write_card
from fer_core.checkpoints.card_schema import FileEntry, SplitScores
from fer_core.data import DATASETS
from fer_core.evaluation import score

A, B, PLUS = "i_mobilenet_v2.fer2013-s0", "mini_xception.fer2013-s0", "mini_xception.ferplus-s0"
TITLES = {"fer2013": "FER2013", "ferplus": "FER+"}
PER_CLASS = 10  # rows of each expression


def publish_shelf(root: Path) -> Path:
    """Publish them: A makes 4 mistakes of 70, B 24, and PLUS, of another data set, 9 of 80."""
    publish(root, A, labels.FER2013, {("fear", "surprise"): 4})
    publish(root, B, labels.FER2013, {(name, "sad"): 4 for name in labels.FER2013 if name != "sad"})
    publish(root, PLUS, labels.FERPLUS, {("contempt", "neutral"): 9})
    return root


def answers(expressions: tuple[str, ...], mistakes: dict[tuple[str, str], int]) -> StoredLogits:
    """Ten faces of each expression, right but for `mistakes`: (true, called) -> how many."""
    size = len(expressions)
    truth = np.repeat(np.arange(size), PER_CLASS)
    called = truth.copy()
    for (true, wrong), count in mistakes.items():
        start = expressions.index(true) * PER_CLASS
        called[start : start + count] = expressions.index(wrong)
    return StoredLogits(np.eye(size, dtype=np.float32)[called], truth, np.arange(len(truth)))


def rescored(source: Path, root: Path, name: str, stored: StoredLogits) -> str:
    """Copy a checkpoint under another name, as if it had been scored on other faces; return the name."""
    card = read_card(source)
    folder = Path(shutil.copytree(source, root / name))
    logits, scores = {}, {}
    for split in card.logits:
        path = checkpoints.save_logits(folder, split, stored, card.expressions)
        logits[split] = FileEntry(sha256=files.sha256(path), bytes=path.stat().st_size)
        scores[split] = SplitScores(**score(stored.logits, stored.labels, card.expressions).as_dict())
    write_card(folder, card.model_copy(update={"name": name, "logits": logits, "scores": scores}))
    return name


def publish(root: Path, name: str, expressions: tuple[str, ...], mistakes: dict[tuple[str, str], int]) -> None:
    network_name, data_name = name.split("-s0")[0].split(".")
    torch.manual_seed(0)
    network = checkpoints.as_stored(models.build(network_name, num_classes=len(expressions)))
    checkpoints.publish(
        root,
        name,
        network=network,
        network_name=network_name,
        config=models.config_from(network_name, {"num_classes": len(expressions)}),
        expressions=expressions,
        input_spec=INPUT,
        data={**DATA, "name": data_name, "title": TITLES[data_name], "alignment": DATASETS[data_name].alignment},
        training={**TRAINING, "schedule_note": "Shortened for a test."},
        history_lines=HISTORY,
        logits={split: answers(expressions, mistakes) for split in ("PublicTest", "PrivateTest")},
    )
