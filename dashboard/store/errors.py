"""What may go wrong where the dashboard asks the core, and is said in a sentence that names no path of the server.

The core's sentences name whole paths, which whoever types a command needs. To a visitor of the app they only tell how
its server is laid out, so on the screen a path begins at the project's or the data's own folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from fer_core.errors import FerError
from fer_core.paths import PROJECT, checkpoints_root, data_root, measured_root, music_root


@contextmanager
def errors_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Give the sentence of a FerError that is raised inside to `tell`; anything else is a bug and stays loud."""
    try:
        yield
    except FerError as error:
        tell(str(error))


def without_server_paths(text: str) -> str:
    """Return a text in which paths begin at a folder of the app: "checkpoints/x/card.json", never what is above."""
    if os.sep not in text:
        return text
    roots = (checkpoints_root(PROJECT), data_root(PROJECT), measured_root(PROJECT), music_root())
    for folder in _above(tuple(root for root in roots if root and root.is_absolute())):
        if folder in text:
            text = re.sub(rf"(?<![\w.:/\\-]){re.escape(folder)}", "", text)
    return text


@lru_cache(maxsize=8)
def _above(roots: tuple[Path, ...]) -> list[str]:
    """Return what lies above the project's parts and above each root, as it is named and where links lead."""
    named = [PROJECT, *(root.parent for root in roots)]
    folders = {f"{folder}{os.sep}" for folder in (*named, *(folder.resolve() for folder in named))}
    return sorted((folder for folder in folders if folder.strip(os.sep)), key=len, reverse=True)
