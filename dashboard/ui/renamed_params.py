"""Old names of what an address holds: links that were copied before a rename are read, and written anew."""

from __future__ import annotations

from collections.abc import Container

# By page, as in its path: the old name, the new one, and the values that were renamed with it.
RENAMED: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "overview": {"size": ("parameters", {}), "shown": ("runs", {"one": "best"})},
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

# What only the leaderboard knows; it lay at the bare address before the start page did.
LEADERBOARD = "overview"
LEADERBOARDS_OWN = frozenset({"parameters", "size", "cost", "runs", "shown", "sort"})


def moved_to(page: str, said: Container[str]) -> str:
    """Return the page that an address is about, as in its path: an old link to the leaderboard has the bare one."""
    return LEADERBOARD if page == "" and any(key in said for key in LEADERBOARDS_OWN) else page


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
