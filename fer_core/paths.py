"""Where checkpoints and data sets lie, for the command and the dashboard alike."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def checkpoints_root() -> Path:
    """Return the folder of all checkpoints: $FER_CHECKPOINTS, or `checkpoints`. It need not exist."""
    return _folder("FER_CHECKPOINTS", "checkpoints")


def data_root() -> Path:
    """Return the folder that holds the data sets' folders: $FER_DATA, or `data`. It need not exist."""
    return _folder("FER_DATA", "data")


def _folder(variable: str, name: str) -> Path:
    """The folder that the environment names; else the current folder's, or the project's where only that one is."""
    given = os.environ.get(variable)
    if given:
        return Path(given)
    local, own = Path(name), PROJECT / name
    return own if own.is_dir() and not local.is_dir() else local
