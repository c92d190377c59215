"""Files that are either whole or absent, and JSON that a person can read and compare line by line. No torch."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

LINE_WIDTH = 130


def write(path: Path, content: bytes) -> None:
    """Write a file so that a kill or a full disk leaves the old one, or none, but never half of the new one.

    The bytes go to a hidden neighbour first, reach the disk, and take the name in one step (os.replace).

    Raises:
        OSError: as the file system says; the neighbour is removed.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def pretty_json(value: Any) -> str:
    """Return JSON indented by two, with what belongs together on one line.

    A list of plain values that fits a line stays on one, and an object of plain values and such lists does: a
    confusion matrix has a line per row, an estimate one line with its interval.

    Raises:
        ValueError: for nan and infinities, which JSON does not know.
    """
    return _pretty(value, indent="") + "\n"


def _pretty(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    is_object, is_list = isinstance(value, dict), isinstance(value, (list, tuple))
    if not (value and (is_object or is_list)) or (len(indent) + len(flat) <= LINE_WIDTH and _belongs_together(value)):
        return flat
    deeper = indent + "  "
    if is_object:
        lines = [f"{json.dumps(key, ensure_ascii=False)}: {_pretty(part, deeper)}" for key, part in value.items()]
    else:
        lines = [_pretty(part, deeper) for part in value]
    body = ",\n".join(deeper + line for line in lines)
    opening, closing = "{}" if is_object else "[]"
    return f"{opening}\n{body}\n{indent}{closing}"


def _belongs_together(value: Any) -> bool:
    if isinstance(value, dict):
        return not any(isinstance(part, dict) or not _belongs_together(part) for part in value.values())
    return not (isinstance(value, (list, tuple)) and any(isinstance(part, (dict, list, tuple)) for part in value))
