"""May the difference of two checkpoints be put down to their networks? Only if all else of their trainings is equal.

An ablation compares a row with the row that it changes in one field. That needs one recipe for both, one data set, one
protocol, one kind of input, and no other changed field of the network. No torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from fer_core.checkpoints.card import Card

OBJECTIVES = {"center_": "center", "joint_": "joint"}  # settings that only rows with this loss look at
OFF = ("", 0, False, None)  # a field that is off, or that did not exist yet when the card was written
SEED = re.compile(r"-s\d+$")


def conditions(card: Card, design: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a checkpoint's training shares with fair company, as flat fields; what is off is left out.

    Seed, machine, words and the network's own registered design stay out. A start from weights of the same network is
    told by what those weights learned, since every row has to start from its own.

    Args:
        design: the registered config of the card's network; fields set otherwise by hand count as conditions.
    """
    given = card.training.settings
    settings = {key: value for key, value in given.items() if key not in ("augmentation", "note")}
    settings |= {f"augmentation.{key}": value for key, value in given.get("augmentation", {}).items()}
    if not settings.get("teacher"):
        settings |= {"distill_weight": 0, "distill_start": 0}
    settings["init_from"] = SEED.sub("", str(settings.get("init_from") or "").partition(".")[2])
    for prefix, loss in OBJECTIVES.items():
        if card.training.loss != loss:
            settings = {key: value for key, value in settings.items() if not key.startswith(prefix)}
    by_hand = {
        f"network.{key}": value
        for key, value in card.network.config.items()
        if key != "num_classes" and json.dumps(value) != json.dumps(design.get(key, value))
    }
    rest = {"data": card.data.name, "protocol": card.protocol.name if card.protocol else ""}
    rest |= {"size_px": card.input.size_px, "channels": card.input.channels, "color": card.input.color}
    return {key: value for key, value in {**settings, **by_hand, **rest}.items() if value not in OFF}


def apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in what two trainings' `conditions` differ, as words: "epochs 16 against 22"; () for a fair pair.

    Settings of an objective that only one of the two has belong to the change that is judged, so they do not count.
    """
    found = []
    for key in sorted(one.keys() | other.keys()):
        is_own = key.startswith(tuple(OBJECTIVES)) and (key not in one or key not in other)
        if not is_own and one.get(key) != other.get(key):
            absent = "as designed" if key.startswith("network.") else "off"
            found.append(f"{key} {one.get(key, absent)} against {other.get(key, absent)}")
    return tuple(found)


def shared_key(found: Mapping[str, Any]) -> str:
    """Return a text that is the same for all checkpoints that `apart` would let stand beside each other."""
    common = {key: value for key, value in found.items() if not key.startswith(tuple(OBJECTIVES))}
    return json.dumps(common, sort_keys=True)
