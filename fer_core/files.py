"""Files that are either whole or absent, and JSON that a person can read and compare line by line. No torch."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

LINE_WIDTH = 110


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
    """Return JSON indented by two, where a list or object of plain values that fits one line stays on one line.

    A confusion matrix so has a line per row, an estimate one line with its interval.

    Raises:
        ValueError: for nan and infinities, which JSON does not know.
    """
    return _pretty(value, indent="", room=LINE_WIDTH) + "\n"


def _pretty(value: Any, indent: str, room: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    is_plain = not any(isinstance(part, (dict, list, tuple)) for part in parts)
    if not parts or (is_plain and len(indent) + len(flat) <= room):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{json.dumps(key, ensure_ascii=False)}: {_pretty(part, deeper, room)}" for key, part in value.items()]
        opening, closing = "{", "}"
    else:
        lines = [_pretty(part, deeper, room) for part in value]
        opening, closing = "[", "]"
    body = ",\n".join(deeper + line for line in lines)
    return f"{opening}\n{body}\n{indent}{closing}"
