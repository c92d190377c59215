"""The folder of the static site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fer_core.report.static_folder import write_folder


def write_site(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the site as `write_folder` writes; raises ConfigError where it refuses."""
    write_folder(folder, contents)
