"""A checkpoint as the release before wrote it: card of format 1, old names of keys, recipe and files."""

from __future__ import annotations

import json
from pathlib import Path

OLD_RECIPE = "cpu-taught"
OLD_SETTINGS = {
    "lr": 0.1,
    "clamp_gradient": 0.0,
    "start": "a.fer2013-short-s0",
    "teacher": "b.fer2013-short-s0",
    "teacher_share": 0.5,
    "teacher_from": 10,
}


def as_format_1(folder: Path) -> Path:
    """Rewrite a published folder's card, and the name of its corruptions, as they were; returns the folder."""
    path = folder / "card.json"
    card = json.loads(path.read_text())
    card |= {"format": 1, "lesson": card.pop("teacher_logits")}
    del card["dropped_weights"]
    network = card["network"]["name"]
    words = f"fer train {network} --recipe {OLD_RECIPE} --set start=a.fer2013-short-s0 --set lr=0.1 --threads 1"
    card["training"] |= {"recipe": OLD_RECIPE, "settings": OLD_SETTINGS, "command": words}
    if card["protocol"]:
        card["protocol"]["is_exhibit"] = card["protocol"].pop("is_leaky")
    path.write_text(json.dumps(card))
    for corruptions in folder.glob("corruptions-*"):
        corruptions.rename(corruptions.with_name(corruptions.name.replace("corruptions-", "reactions-")))
    return folder
