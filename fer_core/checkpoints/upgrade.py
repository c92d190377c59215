"""What older files call by other names, and the way from there to today's: cards of format 1, run folders, recipes.

Understood for one release; scripts/migrate_checkpoints.py writes the new names for good. Nothing is checked here: what
is odd in an old file is still odd in the new one, and the card's own model says so. No torch.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

RECIPE_NAMES = {
    "cpu-taught": "cpu-kd",
    "cpu-taught-bf16": "cpu-kd-bf16",
    "cpu-taught-long": "cpu-kd-long",
    "cpu-votes": "cpu-softlabels",
    "cpu-voted-bf16": "cpu-softlabels-bf16",
    "cpu-tuned": "cpu-finetune",
    "cpu-finer": "cpu-finetune-s16",
    "cpu-again": "cpu-cycle2",
    "short-again": "short-cycle2",
}
RECIPE_FIELDS = {
    "clamp_gradient": "clip_grad_value",
    "teacher_share": "distill_weight",
    "teacher_from": "distill_start",
    "start": "init_from",
}
CARD_KEYS = {"lesson": "teacher_logits"}
PROTOCOL_KEYS = {"is_exhibit": "is_leaky"}
OPTIONAL = ("protocol", "teacher_logits")  # cards were written before there were any


def renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return an object with its old keys under their new names, in the same order; a new name that is there wins."""
    return {names.get(key, key): value for key, value in values.items() if names.get(key) not in values}


def upgraded_card(data: dict[str, Any]) -> dict[str, Any]:
    """Return a card's JSON values in today's format, if they are of format 1; any others as they are."""
    if data.get("format") != 1 or isinstance(data["format"], bool):
        return data
    new = {**dict.fromkeys(OPTIONAL), **renamed(data, CARD_KEYS), "format": 2}
    if isinstance(new["protocol"], dict):
        new["protocol"] = renamed(new["protocol"], PROTOCOL_KEYS)
    if isinstance(new.get("training"), dict):
        new["training"] = _upgraded_training(new["training"], str(new.get("name")))
    return new


def _upgraded_training(training: dict[str, Any], name: str) -> dict[str, Any]:
    new = dict(training)
    if isinstance(new.get("recipe"), str):
        new["recipe"] = RECIPE_NAMES.get(new["recipe"], new["recipe"])
    if isinstance(new.get("settings"), dict):
        new["settings"] = renamed(new["settings"], RECIPE_FIELDS)
    if isinstance(new.get("command"), str):
        new["command"] = upgraded_command(new["command"], name)
    return new


def upgraded_command(command: str, name: str) -> str:
    """Return a `fer train` command in today's words; it names the checkpoint's tag where its recipe no longer does."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    if words[:2] != ["fer", "train"] or "--recipe" not in words[:-1]:
        return command
    recipe = words[words.index("--recipe") + 1]
    new = [_upgraded_word(before, word) for before, word in zip(["", *words], words, strict=False)]
    if recipe in RECIPE_NAMES and "--tag" not in words and recipe in name:
        new += ["--tag", name[name.rindex(recipe) :]]
    return shlex.join(new)


def _upgraded_word(before: str, word: str) -> str:
    if before == "--recipe":
        return RECIPE_NAMES.get(word, word)
    field, is_set, value = word.partition("=")
    return f"{RECIPE_FIELDS.get(field, field)}={value}" if before == "--set" and is_set else word


def upgraded_run(config: Any) -> Any:
    """Return a run folder's config in today's words, so that a training begun under the old ones can go on."""
    if not isinstance(config, dict):
        return config
    new = dict(config)
    if isinstance(new.get("settings"), dict):
        new["settings"] = renamed(new["settings"], RECIPE_FIELDS)
    if isinstance(new.get("recipe"), str):
        new["recipe"] = RECIPE_NAMES.get(new["recipe"], new["recipe"])
    if isinstance(new.get("protocol"), dict):
        new["protocol"] = renamed(new["protocol"], PROTOCOL_KEYS)
    return new
