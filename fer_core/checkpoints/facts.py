"""What a card says that stands elsewhere too: in its history, its command, and in what is known of its data set."""

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
    found = []
    if not _is_best(training.best_epoch, curves):
        found.append(f"training.best_epoch is {training.best_epoch}, {HISTORY} has another as its best")
    if abs(seconds - training.seconds) > SECONDS_TOLERANCE + 0.005 * len(epochs):
        found.append(f"training.seconds is {training.seconds}, {HISTORY} adds up to {seconds:.1f}")
    if speeds and abs(median(speeds) - training.images_per_second) > SECONDS_TOLERANCE:
        said = f"training.images_per_second is {training.images_per_second}"
        found.append(f"{said}, {HISTORY} has a median of {median(speeds):.1f}")
    return found


def _is_best(epoch: int, curves: tuple[Curve, ...]) -> bool:
    """Whether an epoch is the best one, or the median of the folds' best; accuracies are rounded, so some may tie."""
    if len(curves) == 1:
        at = [one.validation_accuracy for one in curves[0].epochs]
        return epoch >= 1 and at[epoch - 1] == max(at)
    best = sorted(curve.best.epoch for curve in curves)
    return best[(len(best) - 1) // 2] <= epoch <= best[len(best) // 2]


def data_problems(card: Card) -> list[str]:
    """Compare a card with what is known of its data set and its protocol."""
    from fer_core.data import DATASETS, protocols

    if card.data.name not in DATASETS:
        return [f"data.name is {card.data.name!r}; known sets are {', '.join(DATASETS)}"]
    info, found = DATASETS[card.data.name], []
    if card.data.title != info.title:
        found.append(f"data.title is {card.data.title!r}, the set is called {info.title}")
    if card.data.name != "own" and card.expressions != tuple(info.expressions):
        found.append(f"expressions are {', '.join(card.expressions)}, {info.title} has {', '.join(info.expressions)}")
    for role in ("train_split", "validation_split", "test_split"):
        said, true = getattr(card.data, role), getattr(info, role)
        if said != true and said in (info.train_split, info.validation_split, info.test_split):
            found.append(f"data.{role} is {said}, which has another part in {info.title}")
    if card.protocol:
        found += _protocol_problems(card.data.name, card.protocol, protocols.PROTOCOLS)
    return found


def _protocol_problems(data: str, said: ProtocolEntry, known: Mapping[str, Any]) -> list[str]:
    if said.name not in known or known[said.name].data != data:
        return [f"protocol.name is {said.name!r}, which is no protocol of {data}"]
    plan = known[said.name]
    return [
        f"protocol.{key} is {given!r}, {said.name} has {true!r}"
        for key, given, true in (
            ("title", said.title, plan.title),
            ("is_leaky", said.is_leaky, plan.is_leaky),
        )
        if given != true
    ]


def command_problems(card: Card) -> list[str]:
    """Compare the command that is said to make the weights again with what the card says they are."""
    try:
        words = shlex.split(card.training.command)
    except ValueError as error:
        return [f"training.command cannot be read ({error})"]
    if words[:2] != ["fer", "train"]:
        return []  # made by other means, as a test's
    given = dict(zip(words, words[1:], strict=False))
    facts = {
        "--data": (given.get("--data", "fer2013"), card.data.name),
        "--recipe": (given.get("--recipe", "lens"), card.training.recipe),
        "--seed": (given.get("--seed", "0"), str(card.training.seed)),
    }
    # Data of one's own choose their protocol by the files that lie there, so only a protocol that was named can differ.
    if "--protocol" in given or card.data.name != "own":
        facts["--protocol"] = (given.get("--protocol", ""), card.protocol.name if card.protocol else "")
    found = [] if card.network.name in words else [f"training.command does not name {card.network.name}"]
    return found + [
        f"training.command says {option} {said}, the card {true}"
        for option, (said, true) in facts.items()
        if said != true
    ]
