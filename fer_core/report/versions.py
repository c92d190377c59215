"""Who made a file, and with what. No torch."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version

from fer_core import __version__

MAKER = "FER Lens"
MADE_BY = f"{MAKER} {__version__}"  # stands in every file


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of this program, of Python, and of these installed packages."""
    return {MAKER: __version__, "Python": platform.python_version(), **{name: version(name) for name in packages}}
