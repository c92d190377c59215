"""Files that are either whole or absent, JSON that a person can compare line by line, and one guarded way to read it.

Whatever reads text or JSON from disk goes through `read_text` or `read_json`: what a hostile or broken file can do (no
permission, a folder or a pipe in its place, endless links, no UTF-8, thousands of brackets, numbers of 400 digits)
becomes the caller's own error with a sentence. No torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fer_core.errors import FerError

LINE_WIDTH = 130
MAX_BYTES = 32 * 2**20  # of a text file; the largest that we write have a third of a megabyte
MAX_DEPTH = 32  # lists and objects within each other; ours have 8
MAX_WHOLE = 2**63  # what numpy and every other reader can hold


def write(path: Path, content: bytes) -> None:
    """Write a file so that a kill or a full disk leaves the old one, or none, but never half of the new one.

    The bytes go to a hidden neighbour first, reach the disk, and take the name in one step (os.replace).

    Raises:
        OSError: as the file system says; the neighbour is removed.
    """
    with draft(path) as part, part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Give a hidden neighbour to write to, which takes the file's name in one step if the block ends well, else goes.

    Raises:
        OSError: as the file system says.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_text(path: Path, kind: type[FerError], remedy: str) -> str:
    """Return a UTF-8 file's text.

    Args:
        kind: the error to raise; remedy: its last words, what the reader can do.

    Raises:
        FerError: of that kind, if the file is missing, not a regular one, unreadable, too large, or not UTF-8.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise kind(f"{path} is not a file; {remedy}")
        if status.st_size > MAX_BYTES:
            raise kind(f"{path} has {status.st_size:,} bytes, more than the {MAX_BYTES:,} that are read; {remedy}")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise kind(f"{path} is missing; {remedy}") from None
    except OSError as error:
        raise kind(f"{path} cannot be read ({error.strerror or error}); {remedy}") from error
    except UnicodeDecodeError as error:
        raise kind(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}); {remedy}") from error


def write_json(path: Path, value: Any, kind: type[FerError], remedy: str) -> None:
    """Write a value as JSON for people to read, whole or not at all. Raises `kind`, with a remedy, where it cannot."""
    try:
        write(path, pretty_json(value).encode())
    except OSError as error:
        raise kind(f"{path} cannot be written ({error.strerror}); {remedy}") from error


def read_json(path: Path, kind: type[FerError], remedy: str) -> Any:
    """Return a JSON file's value, see `read_text`; also refuses what `parse_json` refuses."""
    text = read_text(path, kind, remedy)
    try:
        return parse_json(text)
    except ValueError as error:
        raise kind(f"{path} is not JSON ({error}); {remedy}") from error


def parse_json(text: str) -> Any:
    """Return JSON's value, with every number finite and below 2^63, no half characters, and at most 32 levels.

    Raises:
        ValueError: says which of these it breaks, or where it is no JSON.
    """
    try:
        value = json.loads(text, parse_int=_checked_int, parse_float=_finite, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels") from None
    _check_depth(value)
    if "\\ud" in text.lower():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeError:
            raise ValueError("it holds half of a surrogate pair, which is no character") from None
    return value


def _checked_int(text: str) -> int:
    if len(text) > 20 or abs(int(text)) >= MAX_WHOLE:
        raise ValueError(f"the number {_cut(text)} is too large")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if value - value != 0:  # infinite
        raise ValueError(f"the number {_cut(text)} is too large")
    return value


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")


def _cut(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:20]}... of {len(text)} digits"


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        inside = (part.values() if type(part) is dict else part for part in level if type(part) in (dict, list))
        level = [part for some in inside for part in some if type(part) in (dict, list)]
        if not level:
            return
    raise ValueError(f"nested deeper than {MAX_DEPTH} levels")


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
