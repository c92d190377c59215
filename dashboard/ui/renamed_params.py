"""Old names of what an address holds: links that were copied before a rename are read, and rewritten.

The names of checkpoints need no entry: they are their folders' names, and no folder was ever renamed. Two early
trainings gave way to better ones (14 epochs of LightExNet, and A-MobileNet at 96 px); a link to one of them gets the
sentence that it is not here, because the numbers of another training would stand under its name.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from dashboard.store.training_groups import label_today


def _values(renamed: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: renamed.get(value, value)


# By page, as in its path: the old name, the new one, and what its values are called today.
RENAMED: dict[str, dict[str, tuple[str, Callable[[str], str]]]] = {
    "leaderboard": {"size": ("parameters", str), "shown": ("runs", _values({"one": "best"}))},
    "ablations": {"recipe": ("recipe", label_today)},
    "confusion": {"view": ("cells", str)},
    "calibration": {"scale": ("confidence", _values({"none": "as-trained", "fitted": "temperature-scaled"}))},
    "robustness": {"change": ("corruption", str)},
    "data": {
        "part": ("show", str),
        "level": ("leaked", str),
        "step": ("protocol", str),
        "kind": ("found", str),
        "sheet": ("page", str),
    },
    "training": {"measure": ("curve", str)},
    "evidence": {"part": ("show", str)},
    "face_lab": {"stage": ("module", str)},
}

# Pages by their former paths.
OLD_PATHS = {"overview": "leaderboard"}

# What only the leaderboard knows; it lay at the bare address before the start page did.
LEADERBOARD = "leaderboard"
LEADERBOARDS_OWN = frozenset({"parameters", "size", "cost", "runs", "shown", "sort"})


def moved_to(page: str, params: Container[str]) -> str:
    """Return the page that an address is about, as in its path: an old link has a former name, or the bare address."""
    is_leaderboards = page == "" and any(key in params for key in LEADERBOARDS_OWN)
    return LEADERBOARD if is_leaderboards else OLD_PATHS.get(page, page)


def renamed(page: str, old: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what an address says of a page, under today's names; a new name wins over its old one."""
    params = {}
    for key, values in old.items():
        new, today = RENAMED.get(page, {}).get(key, (key, str))
        if new == key or new not in old:
            params[new] = [today(value) for value in values]
    return params
