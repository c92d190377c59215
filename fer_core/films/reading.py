"""A film as the rest of the project sees it: its header, then sampled frames, one at a time.

As photos, films are decoded in a process of its own with limits of time and memory, which belongs to one film and
ends with it. At any time there is one frame in memory, beside the file itself where it did not come from a disk.
"""

from __future__ import annotations

import hashlib
import json
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any

from PIL import Image

from fer_core import files
from fer_core.errors import ConfigError, FilmError
from fer_core.films.decoding import Answers, Header
from fer_core.images.limited_process import LimitedProcess, Limits, NoAnswerError, Reason

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm")
INSTALL = "pip install -r requirements-films.txt"

LIMITS = Limits(cpu_s=30, wall_s=120, memory_bytes=1_500_000_000)  # of a frame, with all that lie before it
MOST_DECODING_S = 900  # of a film, on the clock; it may last ten minutes
AT_ONCE = 4  # films of as many sessions are open at a time
SLOWEST, FASTEST = 0.1, 60.0  # frames a second that can be asked for
LATE_S = 1.0  # that the last sampled frame may come before the announced end, beyond the step of sampling
GIVEN_UP = {
    Reason.TIME: "The film takes too long to decode. Save it smaller, or as H.264.",
    Reason.MEMORY: f"The film takes more than {LIMITS.memory_bytes / 1e9:.1f} GB of memory to decode. Save it smaller.",
    Reason.DIED: "The film makes its decoder fail. Choose another copy of it, or save it as H.264.",
}

_open_films = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame: its number in the film from 0, seconds from the first frame, and upright RGB."""

    number: int
    time_s: float
    image: Image.Image


def is_film(path: Path) -> bool:
    """Whether a file is called as films are."""
    return path.suffix.lower() in SUFFIXES


def check_films_can_be_read(rate: float) -> None:
    """Raise ConfigError where PyAV is not installed, or so many frames a second cannot be looked at."""
    if find_spec("av") is None:
        raise ConfigError(f"films need PyAV, which is not installed here; `{INSTALL}` brings it")
    if not SLOWEST <= rate <= FASTEST:
        raise ConfigError(f"{rate:g} frames a second cannot be looked at; give {SLOWEST:g} to {FASTEST:g}")


class Film:
    """An open film. Iterate over it once; `close` it, or use it in a `with` block.

    Args:
        source: a file's path, or its bytes.
        rate: frames a second to look at, SLOWEST to FASTEST.

    Raises:
        ConfigError: if PyAV is not installed, the rate is out of range, or AT_ONCE films are open.
        FilmError: if the file is no film, or one that cannot be decoded within the limits; see `decoding.opened`.
        OSError: if there is no such file.
    """

    def __init__(self, source: Path | bytes, rate: float):
        check_films_can_be_read(rate)
        self.sha256 = files.sha256(source) if isinstance(source, Path) else hashlib.sha256(source).hexdigest()
        self._ask, self.close = _decoder()
        self._spent_s, self._step_s, self._last_s = 0.0, 1 / rate, 0.0
        weakref.finalize(self, self.close)  # of a session that was closed in the middle of a film
        try:
            self.header = Header(**self._answer(_opening(source, rate))[0])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Film:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in order. Raises FilmError where the film is damaged, and what `decoding.sampled` says."""
        while "end" not in (answered := self._answer(b""))[0]:
            said, pixels = answered
            self._last_s = said["time_s"]
            yield Frame(said["number"], said["time_s"], Image.frombytes("RGB", tuple(said["size"]), pixels))

    @property
    def missing_end(self) -> str:
        """Say, once all frames were read, that the pictures end before the film says they do; "" if they do not.

        A WebM that was cut off gives the frames it has; an MP4 is refused as damaged. Sound that goes on after the last
        picture says nothing about it.
        """
        said_s = self.header.picture_s
        if said_s is None or said_s - self._last_s <= self._step_s + LATE_S:
            return ""
        return (
            f"The film says it has {said_s:.1f} s of pictures, the last is at {self._last_s:.1f} s; it may be cut off."
        )

    def _answer(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        started = time.monotonic()
        try:
            line, _, pixels = self._ask(request).partition(b"\n")
        except NoAnswerError as cause:
            raise FilmError(GIVEN_UP[cause.reason]) from cause
        except MemoryError as cause:
            raise FilmError(GIVEN_UP[Reason.MEMORY]) from cause
        self._spent_s += time.monotonic() - started
        said = json.loads(line)
        if "error" in said:
            raise FilmError(said["error"])
        if self._spent_s > MOST_DECODING_S:
            raise FilmError(GIVEN_UP[Reason.TIME])
        return said, pixels


def _opening(source: Path | bytes, rate: float) -> bytes:
    path = str(source.resolve()) if isinstance(source, Path) else None
    content = source if isinstance(source, bytes) else b""
    return json.dumps({"rate": rate, "path": path}).encode() + b"\n" + content


def _decoder() -> tuple[Callable[[bytes], bytes], Callable[[], None]]:
    """Return what answers requests of one film, a process or this one where none can be had, and how to end it."""
    if not _open_films.acquire(blocking=False):
        raise ConfigError(f"{AT_ONCE} films are being read already; wait until one of them is done")
    try:
        process = LimitedProcess("fer_core.films.film_worker", LIMITS)
    except NoAnswerError:
        return Answers(), _once(_open_films.release)
    return process.ask, _once(process.end, _open_films.release)


def _once(*actions: Callable[[], None]) -> Callable[[], None]:
    """Return a function that does these the first time it is called, and nothing after."""
    left = list(actions)

    def act() -> None:
        while left:
            left.pop(0)()

    return act
