"""Where checkpoints lie: `checkpoints` beside streamlit_app.py, or the folder that FER_CHECKPOINTS names."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def checkpoints_root() -> Path:
    """Return the folder of all checkpoints; it need not exist."""
    return Path(os.environ.get("FER_CHECKPOINTS") or HOME / "checkpoints")
