"""Replace a checkpoint's folder so that a kill at any moment loses nothing. No torch.

    checkpoints/.<name>.packing/lock       held by the process at work; the system frees it when that process ends
    checkpoints/.<name>.packing/<name>     the new folder, until it is complete
    checkpoints/.<name>.packing/before     the old one, once the new one is complete and verified

Two renames move the old folder away and the new one there. `recover` finishes what a kill between them left undone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fer_core.errors import CheckpointError

ENDING, LOCK, BEFORE = ".packing", "lock", "before"


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Make a place for a checkpoint's new folder; it is removed afterwards.

    Raises:
        CheckpointError: if another process is at work on this checkpoint.
        OSError: as the file system says.
    """
    recover(folder.parent)
    place = folder.with_name(f".{folder.name}{ENDING}")
    place.mkdir(exist_ok=True)
    lock = FileLock(place / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CheckpointError(f"{folder} is being written anew by another process; wait until that has ended") from None
    try:
        yield place / folder.name
    finally:
        lock.release()
        if folder.exists():
            shutil.rmtree(place, ignore_errors=True)


def replace_folder(old: Path, new: Path) -> None:
    """Replace a folder by the complete one in its workplace; if that fails, restore the old one."""
    aside = new.with_name(BEFORE)
    old.rename(aside)
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise


def recover(root: Path) -> None:
    """Restore checkpoints that a kill left between two renames, and clear what kills left behind.

    Nothing is done where another process is at work, or nothing can be written.
    """
    for place in root.glob(f".*{ENDING}"):
        try:
            with FileLock(place / LOCK).acquire(timeout=0):
                _settle(root / place.name[1 : -len(ENDING)], place)
            shutil.rmtree(place, ignore_errors=True)
        except OSError:  # Timeout is one of them
            continue


def _settle(folder: Path, place: Path) -> None:
    before, new = place / BEFORE, place / folder.name
    if not folder.exists() and before.is_dir():  # only a complete and verified folder replaces the old one
        (new if new.is_dir() else before).rename(folder)
