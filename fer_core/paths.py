"""Where checkpoints, data sets and own measurements lie, for the command and the dashboard alike."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def checkpoints_root(home: Path = Path()) -> Path:
    """Return the folder of all checkpoints: $FER_CHECKPOINTS, or `checkpoints` in `home`. It need not exist.

    Args:
        home: the current folder for a command, which may write there; `PROJECT` for the dashboard, wherever it starts.
    """
    return Path(os.environ.get("FER_CHECKPOINTS") or home / "checkpoints")


def data_root(home: Path = Path()) -> Path:
    """Return the folder that holds the data sets' folders: $FER_DATA, or `data` in `home`. It need not exist."""
    return Path(os.environ.get("FER_DATA") or home / "data")


def measured_root(home: Path = Path()) -> Path:
    """Return the folder of what was measured on this machine: $FER_MEASURED, or `measured` in `home`.

    What ships lies in `evidence/`, and measuring again does not touch it. The folder need not exist.
    """
    return Path(os.environ.get("FER_MEASURED") or home / "measured")


def music_root() -> Path | None:
    """Return the folder of songs that whoever serves the app names by $FER_MUSIC; None if nobody does."""
    named = os.environ.get("FER_MUSIC")
    return Path(named) if named else None
