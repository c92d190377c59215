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
from fer_core.live.analysis import FrameAnalysis, FrameAnalyzer
from fer_core.live.drawing import drawn

IDLE_S = 3.0
STALE_S = 3.0  # what was seen longer ago is not shown as what is seen now
RATE_OVER = 20  # pictures
AT_ONCE = 4  # cameras in a process: each is decoded and encoded beside what is computed of it
FULL = f"{AT_ONCE} cameras are watched already; wait until one of them is switched off."
FAILED = "A picture could not be looked at ({kind}), so no more are; the server's own log says why."

Turn = Callable[[], AbstractContextManager[None]]
Tell = Callable[[FrameAnalysis], None]

_cameras = BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class AnnotatedFrame:
    """What was seen, the picture with it drawn over, and how many pictures are looked at in a second."""

    analysis: FrameAnalysis
    picture: Image.Image
    rate: float


class NewestFrameWorker:
    """Analyzes the newest picture of one camera.

    Args:
        turn: gives what is held while one picture is looked at.
        tell: is told each analysis, in the thread that makes it.
    """

    def __init__(self, turn: Turn, tell: Tell | None = None):
        self._turn, self._tell = turn, tell
        self._changed = Condition()
        self._analyzer: FrameAnalyzer | None = None
        self._names: Mapping[str, str] = {}
        self._waiting: tuple[Image.Image, float] | None = None
        self._seen: AnnotatedFrame | None = None
        self._seen_s = 0.0
        self._times: deque[float] = deque(maxlen=RATE_OVER)
        self._is_running = self._has_failed = False
        self._problem = ""

    def begin(self, analyzer: FrameAnalyzer, names: Mapping[str, str]) -> None:
        """Analyze with these networks from the next picture on; `names` as in `drawn`."""
        with self._changed:
            self._analyzer, self._names = analyzer, names
            self._seen, self._has_failed, self._problem = None, False, ""
            self._times.clear()

    def give(self, image: Image.Image, time_s: float) -> None:
        """Offer the next picture, RGB, taken at this time in seconds; one that still waits is dropped."""
        with self._changed:
            if self._analyzer is None or self._has_failed:
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

    def seen(self) -> AnnotatedFrame | None:
        """Return what is seen now; None if no look has ended in the last STALE_S."""
        with self._changed:
            return self._seen if monotonic() - self._seen_s <= STALE_S else None

    @property
    def problem(self) -> str:
        """Why nothing is looked at, as a sentence; "" if there is no reason."""
        return self._problem

    def fail(self, error: Exception, analyzer: FrameAnalyzer | None = None) -> None:
        """Say why no more pictures are looked at until `begin`; nothing if it was begun anew since `analyzer`."""
        is_told = isinstance(error, FerError)
        if not is_told:
            _log.error("A picture of a camera could not be looked at", exc_info=error)
        with self._changed:
            if analyzer is not None and analyzer is not self._analyzer:
                return
            self._has_failed, self._seen = True, None
            self._problem = str(error) if is_told else FAILED.format(kind=type(error).__name__)

    def _run(self, make_room: Callable[[], None]) -> None:
        try:
            while (given := self._newest()) is not None:
                self._analyze(*given)
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

    def _analyze(self, image: Image.Image, time_s: float) -> None:
        with self._changed:
            analyzer, names = self._analyzer, self._names
        if analyzer is None:
            return
        try:
            with self._turn():
                analysis = analyzer.analyze(image, time_s)
            rate = self._rate(time_s)
            seen = AnnotatedFrame(analysis, drawn(analysis, names, rate), rate)
            if self._tell:
                self._tell(analysis)
        except Exception as error:  # whatever it is: the video goes on, and the page says it
            self.fail(error, analyzer)
            return
        with self._changed:
            if analyzer is self._analyzer:  # else it saw with networks that were changed meanwhile
                self._seen, self._seen_s = seen, monotonic()

    def _rate(self, time_s: float) -> float:
        """Return how many pictures are looked at in a second, of the last RATE_OVER ones, this one among them."""
        with self._changed:
            self._times.append(time_s)
            span = self._times[-1] - self._times[0]
            return (len(self._times) - 1) / span if span else 0.0
