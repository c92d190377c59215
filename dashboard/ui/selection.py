"""One selection for all pages: a choice on one page is proposed on the others, under their own keys.

Pages ask for networks as A and B or as a list, and for an expression to draw or to explain. Of the keys that mean the
same, the last deliberate choice counts: it replaces what was chosen under the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PAIR = ("a", "b")
LISTS = ("networks", "checkpoints", "trainings")
EXPRESSIONS = ("expression", "target")
SELECTED = frozenset({"data", *PAIR, *LISTS, *EXPRESSIONS})


def replaced_by(key: str) -> tuple[str, ...]:
    """Return the keys whose choices a choice under `key` replaces."""
    if key in PAIR:
        return LISTS
    alike = (*PAIR, *LISTS) if key in LISTS else EXPRESSIONS if key in EXPRESSIONS else ()
    return tuple(name for name in alike if name != key)


def proposal(key: str, chosen: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what the choices under other keys, by key, propose for `key`; [] for nothing."""
    if key in EXPRESSIONS:
        return next((list(chosen[name]) for name in replaced_by(key) if name in chosen), [])
    if key not in (*PAIR, *LISTS):
        return []
    pair = [value for name in PAIR for value in chosen.get(name, ())]
    networks = next((list(chosen[name]) for name in LISTS if name in chosen), pair)
    if key in LISTS:
        return networks
    place = PAIR.index(key)
    return networks[place : place + 1]
