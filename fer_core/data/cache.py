"""Parsed arrays beside their source, so that a data set is parsed once and then opens quickly.

A cache is optional: if anything is wrong with it (absent, stale, damaged, nowhere to write), the source is read.
"""

from __future__ import annotations

import logging
import os
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

Arrays = dict[str, Any]  # arrays by name; Any, so that a set can be made of them by its fields' names


def cached(path: Path, key: str, parse: Callable[[], Arrays]) -> Arrays:
    """Return the arrays stored at `path` if they were stored under `key`; otherwise parse, store and return them.

    Args:
        path: the .npz file; its folder is made when needed.
        key: changes whenever the source does.
        parse: reads the source; what it raises passes through, and nothing is stored then.
    """
    stored = _read(path, key)
    if stored is not None:
        return stored
    arrays = parse()
    _write(path, key, arrays)
    return arrays


def _read(path: Path, key: str) -> Arrays | None:
    try:
        # Pickle stays off: a cache folder that somebody else prepared must not run code.
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["key"]) != key:
                return None
            return {name: stored[name] for name in stored.files if name != "key"}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.info("cache %s cannot be used and is made anew: %s", path, error)
        return None


def _write(path: Path, key: str, arrays: Arrays) -> None:
    # Another process may be opening or storing the same set: it sees the old file or the new one, never half of one.
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                np.savez(file, allow_pickle=False, **{**arrays, "key": np.array(key)})
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s could not be stored (%s), so the next opening will parse again", path, error.strerror or error)
