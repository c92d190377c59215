"""One training at a time in a run folder, on every system. No torch.

runs/queue/<name>.lock           held by the process that trains; the system frees it when that process ends
runs/queue/<name>.holder.json    who that is, for the sentence that a second start gets
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from fer_core import files
from fer_core.errors import ConfigError

PLACE = "queue"
SAYS_WITHIN = 10  # tenths of a second


def usable_folder(folder: Path, what: str) -> None:
    """Make a folder where there is none.

    Args:
        what: is kept in it, in the plural, for the sentence.

    Raises:
        ConfigError: if a file is in the way, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK)
    except OSError as error:
        blocking = next((part for part in (folder, *folder.parents) if part.is_file()), None)
        why = f"{blocking} is a file" if blocking else error.strerror or str(error)
        raise ConfigError(
            f"{what} are kept in {folder}, which cannot be made: {why}; move what is in the way, or work elsewhere"
        ) from error
    if not is_writable:
        raise ConfigError(f"{what} are kept in {folder}, where nothing can be written; change its rights")


@contextmanager
def hold(runs: Path, name: str, command: str) -> Iterator[None]:
    """Hold the lock of a training, so that no other process trains into its folder.

    Raises:
        ConfigError: if another process holds it, which is named; or if there is nowhere to put it.
    """
    usable_folder(runs / PLACE, "trainings")
    lock, holder = _lock(runs, name), _holder_path(runs, name)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            f"{name} is being trained by {holder_of(runs, name)}; wait until that has ended, or give this training "
            "another --tag"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{lock.lock_file} cannot be written ({error.strerror}); change the rights of {runs}"
        ) from error
    try:
        who = {"process": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%Y-%m-%d %H:%M")}
        with suppress(OSError):  # a full disk is reported where it costs something
            files.write(holder, json.dumps({**who, "command": command}).encode())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def is_held(runs: Path, name: str) -> bool:
    """Whether some process trains into this folder now."""
    if not _holder_path(runs, name).parent.is_dir():
        return False
    lock = _lock(runs, name)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def holder_of(runs: Path, name: str) -> str:
    """Say which process trains, as far as it has said so itself."""
    for _ in range(SAYS_WITHIN):  # it says so a moment after it has the lock
        try:
            who = json.loads(_holder_path(runs, name).read_text(encoding="utf-8"))
            return f"process {who['process']} on {who['host']} since {who['since']} ({who['command'] or 'no command'})"
        except FileNotFoundError:
            time.sleep(0.1)
        except (OSError, ValueError, KeyError, TypeError):
            break
    return "another process"


def _lock(runs: Path, name: str) -> FileLock:
    return FileLock(runs / PLACE / f"{name}.lock")


def _holder_path(runs: Path, name: str) -> Path:
    return runs / PLACE / f"{name}.holder.json"
