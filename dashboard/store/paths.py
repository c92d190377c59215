"""Where things lie: `checkpoints` and `data` beside streamlit_app.py, or what FER_CHECKPOINTS and FER_DATA name."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def checkpoints_root() -> Path:
    """Return the folder of all checkpoints; it need not exist."""
    return Path(os.environ.get("FER_CHECKPOINTS") or HOME / "checkpoints")


def data_root() -> Path:
    """Return the folder of the research data sets; it need not exist."""
    return Path(os.environ.get("FER_DATA") or HOME / "data")
