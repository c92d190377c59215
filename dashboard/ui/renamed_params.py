"""Old names of what an address holds: links that were copied before a rename are read, and written anew."""

from __future__ import annotations

# By page, as in its path: the old name, the new one, and the values that were renamed with it.
RENAMED: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "": {"size": ("parameters", {}), "shown": ("runs", {"one": "best"})},
    "confusion": {"view": ("cells", {})},
    "calibration": {"scale": ("confidence", {"none": "as-trained", "fitted": "temperature-scaled"})},
    "robustness": {"change": ("corruption", {})},
    "data": {
        "part": ("show", {}),
        "level": ("leaked", {}),
        "step": ("protocol", {}),
        "kind": ("found", {}),
        "sheet": ("page", {}),
    },
    "training": {"measure": ("curve", {})},
    "evidence": {"part": ("show", {})},
    "face_lab": {"stage": ("module", {})},
}


def renamed(page: str, said: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what an address says of a page, under today's names; a new name wins over its old one."""
    found = {}
    for key, values in said.items():
        new, words = RENAMED.get(page, {}).get(key, (key, {}))
        if new == key:
            found[key] = values
        elif new not in said:
            found[new] = [words.get(value, value) for value in values]
    return found
