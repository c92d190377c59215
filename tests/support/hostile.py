"""Strings that are markup if a page takes text for more than text, and a way to put them into a file's every text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TAG, PICTURE, COLOUR = "<img src=x onerror=alert(1)>", "![x](http://127.0.0.1:9/x.png)", ":red[x]"
HOSTILE = f"{TAG} {PICTURE} {COLOUR}"

Way = tuple[str, ...]  # to a text inside a JSON value; every place in a list is "*"


def poison(path: Path, read: Callable[[Path], object], keep: frozenset[Way] = frozenset()) -> list[Way]:
    """Put HOSTILE into every text of a JSON file that `read` still accepts after it, behind what stands there.

    Returns:
        The ways to the texts that carry it now.
    """
    whole = json.loads(path.read_text())
    changed = []
    for way in dict.fromkeys(way for way, _, _ in _texts(whole)):
        if way in keep:
            continue
        before = path.read_text()
        for at, holder, key in _texts(whole):
            if at == way:
                holder[key] += " " + HOSTILE
        path.write_text(json.dumps(whole))
        try:
            read(path)
        except Exception:  # noqa: BLE001 - whatever the reader's reason, the file is not one that reaches a page
            path.write_text(before)
            whole = json.loads(before)
        else:
            changed.append(way)
    return changed


def _texts(value: Any, way: Way = ()) -> Iterator[tuple[Way, Any, Any]]:
    """Yield (way, what holds it, where in there) of every text."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in list(pairs):
        here = (*way, key if isinstance(value, dict) else "*")
        if isinstance(one, str):
            yield here, value, key
        elif isinstance(one, dict | list):
            yield from _texts(one, here)
