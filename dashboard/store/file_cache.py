"""Results of files, cached until the file changes: a rewritten card, audit or ledger is read again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Result = TypeVar("Result")

Stamp = tuple[int, int, int] | None


def file_stamp(path: Path) -> Stamp:
    """Return a stamp that changes whenever a file is rewritten; None for an inaccessible file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def cached_by_file(
    maxsize: int,
) -> Callable[[Callable[Concatenate[Path, Given], Result]], Callable[Concatenate[Path, Given], Result]]:
    """Decorate a function of a file's path: it is called once for each state of the file and each further argument.

    What it raises is not kept. Further arguments are hashable; `maxsize` results are kept.
    """

    def decorate(read: Callable[Concatenate[Path, Given], Result]) -> Callable[Concatenate[Path, Given], Result]:
        @lru_cache(maxsize=maxsize)
        def kept(path: Path, stamp: Stamp, *args: Given.args, **kwargs: Given.kwargs) -> Result:
            return read(path, *args, **kwargs)

        @wraps(read)
        def current(path: Path, *args: Given.args, **kwargs: Given.kwargs) -> Result:
            return kept(path, file_stamp(path), *args, **kwargs)  # type: ignore[arg-type]  # hashable, see above

        return cast("Callable[Concatenate[Path, Given], Result]", current)

    return decorate
