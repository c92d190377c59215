"""The newest picture of a stream is looked at, in a thread of its own; those that come meanwhile are dropped.

Whoever delivers pictures never waits, and whatever goes wrong with one becomes a sentence. The thread ends, and forgets
everything that it saw, once no picture has come for IDLE_S: a camera that was switched off, a page that was closed.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import BoundedSemaphore, Condition, Thread
from time import monotonic

from PIL import Image

from fer_core.errors import FerError
from fer_core.live.drawing import drawn
from fer_core.live.looking import Look, Looker

IDLE_S = 3.0
STALE_S = 3.0  # what was seen longer ago is not shown as what is seen now
RATE_OVER = 20  # pictures
AT_ONCE = 4  # cameras in a process: each is decoded and encoded beside what is computed of it
FULL = f"{AT_ONCE} cameras are watched already; wait until one of them is switched off."
FAILED = "A picture could not be looked at ({kind}), so no more are; the server's own log says why."

Turn = Callable[[], AbstractContextManager[None]]
Tell = Callable[[Look], None]

_cameras = BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen, the picture with it drawn over, and how many pictures are looked at in a second."""

    look: Look
    picture: Image.Image
    rate: float


class Watch:
    """One camera that is watched.

    Args:
        turn: gives what is held while one picture is looked at.
        tell: is told each look, in the thread that looks.
    """

    def __init__(self, turn: Turn, tell: Tell | None = None):
        self._turn, self._tell = turn, tell
        self._changed = Condition()
        self._looker: Looker | None = None
        self._names: Mapping[str, str] = {}
        self._waiting: tuple[Image.Image, float] | None = None
        self._seen: Seen | None = None
        self._seen_s = 0.0
        self._times: deque[float] = deque(maxlen=RATE_OVER)
        self._is_running = self._has_failed = False
        self._problem = ""

    def begin(self, looker: Looker, names: Mapping[str, str]) -> None:
        """Look with these networks from the next picture on; `names` as in `drawn`."""
        with self._changed:
            self._looker, self._names = looker, names
            self._seen, self._has_failed, self._problem = None, False, ""
            self._times.clear()

    def give(self, image: Image.Image, time_s: float) -> None:
        """Offer the next picture, RGB, taken at this time in seconds; one that still waits is dropped."""
        with self._changed:
            if self._looker is None or self._has_failed:
                return
            if not self._is_running:
                cameras = _cameras  # the one that is released again
                if not cameras.acquire(blocking=False):
                    self._problem = FULL
                    return
                self._is_running, self._problem = True, ""
                Thread(target=self._run, args=(cameras.release,), name="camera", daemon=True).start()
            self._waiting = (image, time_s)
            self._changed.notify_all()

    def seen(self) -> Seen | None:
        """Return what is seen now; None if no look has ended in the last STALE_S."""
        with self._changed:
            return self._seen if monotonic() - self._seen_s <= STALE_S else None

    @property
    def problem(self) -> str:
        """Why nothing is looked at, as a sentence; "" if there is no reason."""
        return self._problem

    def fail(self, error: Exception, looker: Looker | None = None) -> None:
        """Say why no more pictures are looked at until `begin`; nothing if it was begun anew since `looker`."""
        is_told = isinstance(error, FerError)
        if not is_told:
            _log.error("A picture of a camera could not be looked at", exc_info=error)
        with self._changed:
            if looker is not None and looker is not self._looker:
                return
            self._has_failed, self._seen = True, None
            self._problem = str(error) if is_told else FAILED.format(kind=type(error).__name__)

    def _run(self, make_room: Callable[[], None]) -> None:
        try:
            while (given := self._newest()) is not None:
                self._look_at(*given)
        finally:
            make_room()

    def _newest(self) -> tuple[Image.Image, float] | None:
        """Return the newest picture once there is one; None, and all forgotten, if none has come for IDLE_S."""
        with self._changed:
            if self._waiting is None and not self._changed.wait_for(lambda: self._waiting is not None, IDLE_S):
                self._is_running, self._seen = False, None
                return None
            given, self._waiting = self._waiting, None
            return given

    def _look_at(self, image: Image.Image, time_s: float) -> None:
        with self._changed:
            looker, names = self._looker, self._names
        if looker is None:
            return
        try:
            with self._turn():
                look = looker.look(image, time_s)
            rate = self._rate(time_s)
            seen = Seen(look, drawn(look, names, rate), rate)
            if self._tell:
                self._tell(look)
        except Exception as error:  # whatever it is: the video goes on, and the page says it
            self.fail(error, looker)
            return
        with self._changed:
            if looker is self._looker:  # else it saw with networks that were changed meanwhile
                self._seen, self._seen_s = seen, monotonic()

    def _rate(self, time_s: float) -> float:
        """Return how many pictures are looked at in a second, of the last RATE_OVER ones, this one among them."""
        with self._changed:
            self._times.append(time_s)
            span = self._times[-1] - self._times[0]
            return (len(self._times) - 1) / span if span else 0.0
