"""What a card must say, in shape and in meaning. No torch.

Shape is data (`SCHEMA`); meaning is what shape cannot say: entries that have to agree with each other.
"""

from __future__ import annotations

import re
from typing import Any

from fer_core import labels
from fer_core.errors import CheckpointError, ConfigError
from fer_core.images.preprocessing import InputSpec
from fer_core.schema import Each, Maybe, problems

FORMAT = 1

# The network before the dot, what it learned after it. No separators or dots elsewhere: a name is never a path.
NAME = re.compile(r"(?P<network>[a-z0-9_]+(-[a-z0-9_]+)?)\.(?P<data>[a-z0-9]+)-[A-Za-z0-9_-]+")
SPLIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")

ESTIMATE = {"value": Maybe(float), "low": Maybe(float), "high": Maybe(float)}
CLASS_SCORE = {"expression": str, "n": int, "precision": ESTIMATE, "recall": ESTIMATE, "f1": ESTIMATE}
SCORES = {
    "n": int,
    "accuracy": ESTIMATE,
    "macro_f1": ESTIMATE,
    "balanced_accuracy": ESTIMATE,
    "per_class": [CLASS_SCORE],
    "confusion": [[int]],
}
SCHEMA = {
    "format": int,
    "name": str,
    "network": {"name": str, "config": dict},
    "expressions": [str],
    "input": {"size_px": int, "channels": int, "color": str, "mean": [float], "std": [float]},
    "data": {
        "name": str,
        "title": str,
        "train_split": str,
        "validation_split": str,
        "test_split": str,
        "n_train": int,
        "terms": str,
    },
    "training": {
        "recipe": str,
        "settings": dict,
        "loss": str,
        "seed": int,
        "epochs": int,
        "best_epoch": int,
        "seconds": float,
        "images_per_second": float,
        "device": str,
        "command": str,
        "schedule_note": str,
        "versions": {"python": str, "torch": str, "numpy": str},
    },
    "protocol": Maybe({"name": str, "title": str, "seed": int, "folds": int, "sha256": str, "is_exhibit": bool}),
    "params": int,
    "macs": int,
    "scores": Each(SCORES),
    "claim": Maybe({"accuracy": float, "data": str, "split": str, "source": str, "note": str}),
    "weights": Maybe({"sha256": str, "bytes": int, "dtype": str}),
    "dropped_weights": Maybe({"sha256": Maybe(str), "dtype": str}),
    "logits": Each({"sha256": str, "bytes": int}),
    "lesson": Maybe({"split": str, "sha256": str, "bytes": int}),
    "limits": str,
}


def check_name(name: str) -> None:
    """Raise CheckpointError unless the name is `<network>.<data>-<tag>`."""
    if not NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} is not a checkpoint's name; it must read <network>.<data>-<tag>, as in mobilenet_v2.fer2013-s0, "
            "with letters, digits, - and _"
        )


def check_split(split: str) -> None:
    """Raise CheckpointError unless the split's name can be part of a file name."""
    if not SPLIT.fullmatch(split):
        raise CheckpointError(f"{split!r} is not a split's name; use letters, digits, - and _, as in PrivateTest")


def card_problems(data: dict[str, Any]) -> list[str]:
    """Return a sentence for everything that is wrong with a card's JSON values, first by shape, then by meaning."""
    found = problems(data, SCHEMA)
    if found:
        return found
    return [*_name_problems(data), *_input_problems(data), *_training_problems(data), *_score_problems(data)]


def _name_problems(data: dict[str, Any]) -> list[str]:
    match = NAME.fullmatch(data["name"])
    if not match:
        return [f"name is {data['name']!r}; it must read <network>.<data>-<tag>"]
    return [
        f"name is {data['name']!r}, but {part}.name is {data[part]['name']!r}; they must agree"
        for part in ("network", "data")
        if match[part] != data[part]["name"]
    ]


def _input_problems(data: dict[str, Any]) -> list[str]:
    names, found = data["expressions"], []
    if len(set(names)) != len(names) or len(names) < 2:
        found.append(f"expressions are {names}; there must be two or more, each once")
    found += [
        f"{name!r} is not an expression; known are {', '.join(labels.EXPRESSIONS)}"
        for name in names
        if name not in labels.EXPRESSIONS
    ]
    try:
        InputSpec.from_dict(data["input"])
    except ConfigError as error:
        found.append(f"input: {error}")
    return found


def _training_problems(data: dict[str, Any]) -> list[str]:
    training, found = data["training"], []
    if not 0 <= training["best_epoch"] <= training["epochs"]:
        found.append(f"training.best_epoch is {training['best_epoch']}; it must lie in 0..{training['epochs']}")
    counts = {"params": data["params"], "macs": data["macs"], "data.n_train": data["data"]["n_train"]}
    found += [f"{key} is {count}; it must be 1 or more" for key, count in counts.items() if count < 1]
    return found


def _score_problems(data: dict[str, Any]) -> list[str]:
    scores, found = data["scores"], []
    if not {data["data"]["test_split"], data["data"]["validation_split"]} & set(scores):
        found.append("scores has neither the test nor the validation split; score one of them")
    if set(scores) != set(data["logits"]):
        found.append(f"scores has the splits {sorted(scores)}, logits has {sorted(data['logits'])}; they must agree")
    for split, one in scores.items():
        found += _split_problems(split, one, data["expressions"])
    if data["weights"] and data["dropped_weights"]:
        found.append("there are weights and dropped_weights; the scores can be those of one file only")
    if data["lesson"] and data["lesson"]["split"] != data["data"]["train_split"]:
        found.append(f"lesson.split is {data['lesson']['split']!r}; it must be {data['data']['train_split']!r}")
    return found


def _split_problems(split: str, scores: dict[str, Any], expressions: list[str]) -> list[str]:
    found, size = [], len(expressions)
    if not SPLIT.fullmatch(split):
        found.append(f"scores: {split!r} is not a split's name; use letters, digits, - and _")
    names = [one["expression"] for one in scores["per_class"]]
    if names != expressions:
        found.append(f"scores.{split}.per_class lists {names}; it must follow expressions, {expressions}")
    if [len(row) for row in scores["confusion"]] != [size] * size:
        found.append(f"scores.{split}.confusion must have {size} rows of {size} counts")
    elif sum(map(sum, scores["confusion"])) != scores["n"]:
        found.append(
            f"scores.{split}.n is {scores['n']}, but confusion counts {sum(map(sum, scores['confusion']))} rows"
        )
    return found
