"""A folder of files for a web server: written whole, and over an earlier export only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.report.bundle import SUMS, sums


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files by name into a folder, with SHA256SUMS, and remove what an earlier export left there.

    Raises:
        ConfigError: if the folder holds anything else, or cannot be written.
    """
    try:
        old = _earlier(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            files.write(folder / name, content)
        files.write(folder / SUMS, sums(dict(contents)).encode())
        for name in old - {*contents, SUMS}:
            (folder / name).unlink()
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written ({error.strerror or error}); give another DIR") from error


def _earlier(folder: Path) -> set[str]:
    """Return the names of an earlier export's files; an empty or missing folder has none."""
    if not folder.exists():
        return set()
    names = {path.name for path in folder.iterdir()}
    listed = (folder / SUMS).read_text(encoding="utf-8").splitlines() if SUMS in names else []
    if foreign := sorted(names - {line[66:] for line in listed} - {SUMS}):
        raise ConfigError(f"{folder} holds {foreign[0]}, which no earlier export wrote; give a new or empty folder")
    return names
