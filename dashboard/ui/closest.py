"""The option meant by a mistyped name: Streamlit's own filter needs all letters in their order."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

LEAST_LIKENESS = 0.6  # as in `difflib.get_close_matches`


def is_in(typed: str, name: str) -> bool:
    """Whether a name holds what is typed, in any case."""
    return typed.casefold() in name.casefold()


def closest(typed: str, names: Mapping[str, str], beside: str) -> str | None:
    """Return the key of the name that is most like what is typed; if some names hold it, of one of these.

    Args:
        names: what options are called on the screen, "LightExNet, FER2013 · 60.3 %"; without the score, and without
            the data set, they are compared as well, since that is what people type.
        beside: a name; of several that are as much like what is typed, the one most like it is returned.

    Returns:
        None where no name is like it.
    """
    holding = {key: name for key, name in names.items() if is_in(typed, name)}
    likeness = {key: _most_alike(typed.casefold(), name.casefold()) for key, name in (holding or names).items()}
    best = max(likeness, key=lambda key: (likeness[key], _alike(beside, names[key])), default=None)
    return best if best is not None and (holding or likeness[best] >= LEAST_LIKENESS) else None


def _most_alike(typed: str, name: str) -> float:
    unscored = name.split(" · ")[0]
    return max(_alike(typed, part) for part in (unscored.split(",")[0], unscored, name))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
