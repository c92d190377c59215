"""Compare a card with what is recorded elsewhere: its history, its command, and its data set."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from statistics import median
from typing import Any

from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import ProtocolEntry
from fer_core.checkpoints.history import HISTORY, Curve, read_history

SECONDS_TOLERANCE = 0.06  # both sides are rounded: each epoch to a hundredth, the sum to a tenth


def history_problems(card: Card) -> list[str]:
    """Compare the history with what the card says of the training: epochs, the best of them, seconds, speed.

    Raises:
        CheckpointError: if the history cannot be read.
    """
    if card.runtime == "onnx":
        return []  # trained elsewhere
    curves = read_history(card.folder or ".")
    training, epochs = card.training, [epoch for curve in curves for epoch in curve.epochs]
    total = training.epochs * card.folds
    if len(epochs) != total or len(curves) != card.folds:
        of = f"training.epochs is {total}" if card.folds == 1 else f"all folds together have {total} epochs"
        return [f"{HISTORY} has {len(epochs)} lines, {of}"]
    seconds = sum(epoch.seconds for epoch in epochs)
    speeds = [epoch.images_per_second for epoch in epochs if epoch.images_per_second is not None]
    problems = []
    if not _is_best(training.best_epoch, curves):
        problems.append(f"training.best_epoch is {training.best_epoch}, {HISTORY} has another as its best")
    if abs(seconds - training.seconds) > SECONDS_TOLERANCE + 0.005 * len(epochs):
        problems.append(f"training.seconds is {training.seconds}, {HISTORY} adds up to {seconds:.1f}")
    if speeds and abs(median(speeds) - training.images_per_second) > SECONDS_TOLERANCE:
        statement = f"training.images_per_second is {training.images_per_second}"
        problems.append(f"{statement}, {HISTORY} has a median of {median(speeds):.1f}")
    return problems


def _is_best(epoch: int, curves: tuple[Curve, ...]) -> bool:
    """Whether an epoch is the best one, or the median of the folds' best; accuracies are rounded, so some may tie."""
    if len(curves) == 1:
        accuracies = [record.validation_accuracy for record in curves[0].epochs]
        return epoch >= 1 and accuracies[epoch - 1] == max(accuracies)
    best = sorted(curve.best.epoch for curve in curves)
    return best[(len(best) - 1) // 2] <= epoch <= best[len(best) // 2]


def data_problems(card: Card) -> list[str]:
    """Compare a card with what is known of its data set and its protocol."""
    from fer_core.data import DATASETS, protocols

    if card.data.name not in DATASETS:
        return [f"data.name is {card.data.name!r}; known sets are {', '.join(DATASETS)}"]
    info, problems = DATASETS[card.data.name], []
    if card.data.title != info.title:
        problems.append(f"data.title is {card.data.title!r}, the set is called {info.title}")
    if card.data.alignment != info.alignment:
        problems.append(f"data.alignment is {card.data.alignment!r}, that of {info.title} is {info.alignment!r}")
    if card.data.name != "own" and card.expressions != tuple(info.expressions):
        problems.append(
            f"expressions are {', '.join(card.expressions)}, {info.title} has {', '.join(info.expressions)}"
        )
    for role in ("train_split", "validation_split", "test_split"):
        split, true = getattr(card.data, role), getattr(info, role)
        if split != true and split in (info.train_split, info.validation_split, info.test_split):
            problems.append(f"data.{role} is {split}, which has another part in {info.title}")
    if card.protocol:
        problems += _protocol_problems(card.data.name, card.protocol, protocols.PROTOCOLS)
    return problems


def _protocol_problems(data: str, entry: ProtocolEntry, known: Mapping[str, Any]) -> list[str]:
    if entry.name not in known or known[entry.name].data != data:
        return [f"protocol.name is {entry.name!r}, which is no protocol of {data}"]
    plan = known[entry.name]
    return [
        f"protocol.{key} is {value!r}, {entry.name} has {true!r}"
        for key, value, true in (
            ("title", entry.title, plan.title),
            ("is_leaky", entry.is_leaky, plan.is_leaky),
        )
        if value != true
    ]


def command_problems(card: Card) -> list[str]:
    """Compare the command that is said to make the weights again with what the card says they are."""
    try:
        words = shlex.split(card.training.command)
    except ValueError as error:
        return [f"training.command cannot be read ({error})"]
    if words[:2] != ["fer", "train"]:
        return []  # made by other means, as a test's
    options = dict(zip(words, words[1:], strict=False))
    facts = {
        "--data": (options.get("--data", "fer2013"), card.data.name),
        "--recipe": (options.get("--recipe", "lens"), card.training.recipe),
        "--seed": (options.get("--seed", "0"), str(card.training.seed)),
    }
    # Data of one's own choose their protocol by the files that lie there, so only a protocol that was named can differ.
    if "--protocol" in options or card.data.name != "own":
        facts["--protocol"] = (options.get("--protocol", ""), card.protocol.name if card.protocol else "")
    problems = [] if card.network.name in words else [f"training.command does not name {card.network.name}"]
    return problems + [
        f"training.command says {option} {value}, the card {true}"
        for option, (value, true) in facts.items()
        if value != true
    ]
