"""Who made a file, and with what. No torch."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from fer_core import __version__

MAKER = "FER Lens"
MADE_BY = f"{MAKER} {__version__}"  # stands in every file


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of this program, of Python, and of those of these packages that are installed."""
    installed = {MAKER: __version__, "Python": platform.python_version()}
    for name in packages:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    return installed
