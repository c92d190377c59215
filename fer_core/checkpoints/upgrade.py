"""What older files call by other names, and the way from there to today's: cards of format 1, run folders, recipes.

Understood for one release; scripts/migrate_checkpoints.py writes the new names for good. Nothing is checked here: what
is odd in an old file is still odd in the new one, and the card's own model says so. No torch.
"""

from __future__ import annotations

import shlex
from typing import Any

from fer_core.data import DATASETS
from fer_core.data.entries import OLDER_PROTOCOL_KEYS
from fer_core.records import renamed

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
OPTIONAL = ("protocol", "teacher_logits")  # cards were written before there were any
# Config fields that a family got later, with what its networks did before: not the default of today, which may change.
LATER_FIELDS = {"lightexnet": {"attention_norm": "none"}}


def upgraded_card(data: dict[str, Any]) -> dict[str, Any]:
    """Return a card's JSON values in today's format, if they are of format 1; any others as they are.

    Of every format, what came after the card was written is filled in: fields of the network's config, and how the
    owner of its data set aligned the faces.
    """
    if isinstance(data.get("network"), dict):
        data = {**data, "network": _with_later_fields(data["network"])}
    if isinstance(data.get("data"), dict):
        data = {**data, "data": _with_alignment(data["data"])}
    if data.get("format") != 1 or isinstance(data["format"], bool):
        return data
    new = {**dict.fromkeys(OPTIONAL), **renamed(data, CARD_KEYS), "format": 2}
    if isinstance(new["protocol"], dict):
        new["protocol"] = renamed(new["protocol"], OLDER_PROTOCOL_KEYS)
    if isinstance(new.get("training"), dict):
        new["training"] = _upgraded_training(new["training"], str(new.get("name")))
    return new


def _with_later_fields(network: dict[str, Any]) -> dict[str, Any]:
    later = LATER_FIELDS.get(str(network.get("name")).partition("-")[0], {})
    config = network.get("config")
    return {**network, "config": {**later, **config}} if later and isinstance(config, dict) else network


def _with_alignment(entry: dict[str, Any]) -> dict[str, Any]:
    info = DATASETS.get(str(entry.get("name")))
    return {**entry, "alignment": info.alignment} if info and "alignment" not in entry else entry


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
        new["protocol"] = renamed(new["protocol"], OLDER_PROTOCOL_KEYS)
    return new
