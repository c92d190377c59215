"""Can the difference of two checkpoints be attributed to their networks? Only if their trainings are otherwise equal.

An ablation compares a row with the row that it changes in one field. Both need the same recipe, data set, protocol and
kind of input, and no other changed field of the network. `fair_pair` requires all of this, and equal seeds, precision
of the stored weights and scored split. No torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from fer_core.checkpoints.card import Card
from fer_core.errors import FerError, unknown_name
from fer_core.profiling import profiles

OBJECTIVES = {"center_": "center", "joint_": "joint"}  # settings that only rows with this loss look at
GATE_START = "gate_start"  # what only rows with CBAM look at, when no weights of theirs are there to start from
CBAM = ("cbam", "csa")
OWN = (*OBJECTIVES, GATE_START)  # what belongs to the part that a row adds
NORMALISATION = ("mean", "std")
OFF = ("", 0, False, None)  # a field that is off, or that did not exist yet when the card was written
MOST_NAMED = 3  # conditions that a sentence names
SHORT = 16  # characters of a value that a sentence can hold
SEED = re.compile(r"-s\d+$")

# What a reader calls a condition, and the flat fields that belong to it. All others are settings of the recipe.
FIELDS = {
    "network": ("network",),
    "data": ("data", "faces"),
    "split": ("split",),
    "protocol": ("protocol", "draw"),
    "start": ("init_from",),
    "teacher": ("teacher", "distill_weight", "distill_start"),
    "input": ("size_px", "channels", "color", *NORMALISATION),
    "epochs": ("epochs",),
    "seeds": ("seed",),
    "precision": ("weights",),
    "augmentation": (),  # all that begin so
    "settings": (),
}
ABSENT = {
    "trained": "here",
    "init_from": "random weights",
    "teacher": "nobody",
    "protocol": "the owner's splits",
    "weights": "unknown",
}


def conditions(card: Card, design: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions of a training that a fair pair shares, as flat fields; what is off is left out.

    Seed, machine, words and the network's own registered design stay out. A start from weights of the same network is
    described by what those weights learned, since every row has to start from its own.

    Args:
        design: the registered config of the card's network; fields set otherwise by hand count as conditions.
    """
    recorded = card.training.settings
    settings = {key: value for key, value in recorded.items() if key not in ("augmentation", "note")}
    settings |= {f"augmentation.{key}": value for key, value in recorded.get("augmentation", {}).items()}
    if settings.get("precision") == "auto":  # begun before the faster one was taken: then the device decided
        settings["precision"] = "float32" if "thread(s)" in card.training.device else "bfloat16"
    if not settings.get("teacher"):
        settings |= {"distill_weight": 0, "distill_start": 0}
    start = str(settings.get("init_from") or "")
    settings["init_from"] = SEED.sub("", start.partition(".")[2] or start)  # imagenet has no dot
    for prefix, loss in OBJECTIVES.items():
        if card.training.loss != loss:
            settings = {key: value for key, value in settings.items() if not key.startswith(prefix)}
    settings.pop(GATE_START, None)
    # Each family draws its gates in its own way, so that two families differ in it as they do in all that they are.
    settings[f"{GATE_START}.{card.network.name.partition('-')[0]}"] = gate_start(card)
    by_hand = {
        f"network.{key}": value
        for key, value in card.network.config.items()
        if key != "num_classes" and json.dumps(_same_number(value)) != json.dumps(_same_number(design.get(key, value)))
    }
    rest: dict[str, Any] = {"data": card.data.name, "protocol": card.protocol.name if card.protocol else ""}
    rest |= {"size_px": card.input.size_px, "channels": card.input.channels, "color": card.input.color}
    return {key: _same_number(value) for key, value in {**settings, **by_hand, **rest}.items() if value not in OFF}


def gate_start(card: Card) -> str:
    """Return how a network's CBAM gates started; "" if it has none, or began with those of a checkpoint."""
    settings = card.training.settings
    brings_gates = "." in str(settings.get("init_from") or "")  # ImageNet weights have none, and no dot in their name
    has_gates = card.network.config.get("attention") in CBAM
    return str(settings.get(GATE_START) or "random") if has_gates and not brings_gates else ""


def _same_number(value: Any) -> Any:
    """Return 10.0 as 10, also in lists: cards hold both, and keys and sentences are made of a value's text."""
    if isinstance(value, list | tuple):
        return [_same_number(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in what two trainings' `conditions` differ, as words: "epochs 16 against 22"; () for a fair pair.

    Settings of an objective, or of gates, that only one of the two has belong to the change that is judged, so they do
    not count.
    """
    differences = []
    for key in sorted(one.keys() | other.keys()):
        is_own = key.startswith(OWN) and (key not in one or key not in other)
        if not is_own and one.get(key) != other.get(key):
            absent = _absent(key)
            differences.append(f"{key} {one.get(key, absent)} against {other.get(key, absent)}")
    return tuple(differences)


def shared(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions that do not belong to the part that a row adds, as its objective or its gates."""
    return {key: value for key, value in conditions.items() if not key.startswith(OWN)}


def own(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the conditions that `shared` leaves out: those of a row's own objective or gates."""
    return {key: value for key, value in conditions.items() if key.startswith(OWN)}


def shared_key(conditions: Mapping[str, Any]) -> str:
    """Return a text that is the same for all checkpoints that `apart` finds comparable."""
    return json.dumps(shared(conditions), sort_keys=True)


def fair_key(card: Card) -> str:
    """Return a text that is the same for checkpoints that differ in network, seed and objective at most.

    Of those `fair_rows` says nothing, unless they set the same objective otherwise.
    """
    return shared_key({key: value for key, value in all_conditions(card).items() if key not in ("network", "seed")})


@dataclass(frozen=True)
class Difference:
    """A condition in which two rows are unequal.

    `field` is one of `FIELDS`, `name` what exactly differs, `one` and `other` both values in words; a row whose own
    seeds differ has several: "float16 and int8".
    """

    field: str
    name: str
    one: str
    other: str

    def __str__(self) -> str:
        return f"{self.name} {self.one} against {self.other}"


def fair_pair(one: Card, other: Card, allowed: Collection[str] = ("network",)) -> tuple[Difference, ...]:
    """Return in what two checkpoints differ besides what is compared; () for a fair pair.

    Args:
        allowed: keys of `FIELDS` that are compared, as the network, and may differ.

    Raises:
        ConfigError: if one of them is no such key.
    """
    return fair_rows([one], [other], allowed)


def fair_rows(
    one: Sequence[Card], other: Sequence[Card], allowed: Collection[str] = ("network",)
) -> tuple[Difference, ...]:
    """Return what `fair_pair` does, for rows of several seeds: no condition but the seed may vary within a row either.

    Raises:
        ConfigError: if `allowed` names no field.
    """
    for name in allowed:
        if name not in FIELDS:
            raise unknown_name("condition", name, FIELDS)
    rows = [[all_conditions(card) for card in cards] for cards in (one, other)]
    differences = []
    for key in sorted({key for row in rows for card in row for key in card}):
        values = [sorted({str(card.get(key, _absent(key))) for card in row}) for row in rows]
        is_mixed = key != "seed" and max(map(len, values)) > 1
        if field_of(key) not in allowed and (is_mixed or values[0] != values[1]) and not _is_own(key, rows):
            differences.append(Difference(field_of(key), _name(key), *(" and ".join(some) for some in values)))
    return tuple(sorted(differences, key=lambda difference: list(FIELDS).index(difference.field)))


def difference_words(differences: Sequence[Difference]) -> str:
    """Name the first few conditions that are unequal, and how many more there are; "" for a fair pair.

    A condition in which one thing differs has its values beside it where they are short: "epochs 16 against 22".
    """
    conditions = [list(same) for _, same in groupby(differences, attrgetter("field"))]
    rest = len(conditions) - MOST_NAMED
    return "; ".join([*map(_condition_words, conditions[:MOST_NAMED]), *([f"{rest} more"] if rest > 0 else [])])


def _condition_words(same: Sequence[Difference]) -> str:
    first = same[0]
    return str(first) if len(same) == 1 and max(len(first.one), len(first.other)) <= SHORT else first.field


def all_conditions(card: Card) -> dict[str, Any]:
    """Return `conditions` with what else a comparison has to share, as flat fields.

    Weights that a training starts from bring the normalisation of their input along: it is part of the start, and the
    networks of one start may differ in it.
    """
    rest = {
        "network": card.network.name,
        "faces": card.data.n_train,
        "split": card.headline_split,
        "draw": card.protocol.sha256[:8] if card.protocol else "",
        "mean": _same_number(card.input.mean),
        "std": _same_number(card.input.std),
        "seed": card.training.seed,
        "weights": card.precision or "",
        # Of a training elsewhere no condition is known, so it is like no other, and like none of those either.
        "trained": f"elsewhere ({card.name})" if card.runtime == "onnx" else "",
    }
    flat = {**conditions(card, registered_design(card)), **rest}
    if "init_from" in flat:
        flat = {key: value for key, value in flat.items() if key not in NORMALISATION}
    return {key: value for key, value in flat.items() if key == "seed" or value not in OFF}


def registered_design(card: Card) -> Mapping[str, Any]:
    """Return the config that a card's network is registered with, or the card's own where no profile tells."""
    stamp = profiles.PATH.stat().st_mtime_ns if profiles.PATH.is_file() else 0
    return _designs(profiles.PATH, stamp).get(card.network.name, card.network.config)


@lru_cache(maxsize=2)
def _designs(path: Path, stamp: int) -> Mapping[str, Mapping[str, Any]]:
    try:
        return {name: profile.config for name, profile in profiles.read(path).items()}
    except FerError:  # without profiles a card's own design is taken as registered
        return {}


def field_of(key: str) -> str:
    """Return the key of `FIELDS` to which a flat field belongs."""
    if key.startswith("augmentation."):
        return "augmentation"
    return next((field for field, keys in FIELDS.items() if key in keys), "settings")


def _is_own(key: str, rows: Sequence[Sequence[Mapping[str, Any]]]) -> bool:
    """Whether only one of two rows has a setting, which belongs to its objective, its gates or its start.

    Objective and gates are part of what is compared, and that only one row has a start is said by the start.
    """
    return key.startswith((*OWN, *NORMALISATION)) and any(all(key not in card for card in row) for row in rows)


def _absent(key: str) -> str:
    return ABSENT.get(key, "as designed" if key.startswith("network.") else "off")


def _name(key: str) -> str:
    if key.startswith(GATE_START):
        return "gate start"
    names = {
        "init_from": "start",
        "precision": "arithmetic of the training",
        "weights": "precision of the weights",
        "faces": "training faces",
    }
    return names.get(key, key).replace("_px", "").replace("_", " ").replace("augmentation.", "augmentation ")
