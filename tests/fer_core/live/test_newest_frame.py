"""The newest picture is looked at, older ones are dropped, and nothing that goes wrong ends a video."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from time import monotonic, sleep

import pytest
from PIL import Image

from fer_core.errors import CheckpointError
from fer_core.live import newest_frame
from fer_core.live.analysis import FrameAnalysis
from fer_core.live.newest_frame import FULL, STALE_S, NewestFrameWorker

PICTURE = Image.new("RGB", (64, 48))
LIMIT_S = 20.0


class Slow:
    """Looks at a picture once it may."""

    def __init__(self, error: Exception | None = None):
        self.may, self.times, self._error = threading.Semaphore(0), list[float](), error

    def analyze(self, image: Image.Image, time_s: float) -> FrameAnalysis:
        assert self.may.acquire(timeout=LIMIT_S)
        self.times.append(time_s)
        if self._error:
            raise self._error
        return FrameAnalysis(image, time_s, (), None)


def wait_until(holds: Callable[[], object]) -> None:
    end = monotonic() + LIMIT_S
    while not holds():
        assert monotonic() < end
        sleep(0.002)


@pytest.fixture(autouse=True)
def short(monkeypatch) -> None:
    """Threads end soon after their test."""
    monkeypatch.setattr(newest_frame, "IDLE_S", 0.5)
    monkeypatch.setattr(newest_frame, "_cameras", threading.BoundedSemaphore(1))


def watching(analyzer: Slow, tell: Callable[[FrameAnalysis], None] | None = None) -> NewestFrameWorker:
    worker = NewestFrameWorker(nullcontext, tell)
    worker.begin(analyzer, {})
    return worker


def test_of_the_pictures_that_come_meanwhile_the_newest_is_looked_at():
    slow, told = Slow(), list[float]()
    worker = watching(slow, lambda analysis: told.append(analysis.time_s))
    worker.give(PICTURE, 0.0)
    wait_until(lambda: worker._waiting is None)  # it is being looked at
    for time_s in (0.1, 0.2, 0.3):
        worker.give(PICTURE, time_s)
    slow.may.release(2)
    wait_until(lambda: len(told) == 2)
    assert slow.times == told == [0.0, 0.3]
    wait_until(lambda: worker._seen is not None and worker._seen.analysis.time_s == 0.3)
    assert worker._seen.rate == pytest.approx(1 / 0.3)


def test_what_was_seen_long_ago_is_not_shown(monkeypatch):
    slow = Slow()
    worker = watching(slow)
    slow.may.release()
    worker.give(PICTURE, 0.0)
    wait_until(worker.seen)
    monkeypatch.setattr(newest_frame, "monotonic", lambda: worker._seen_s + STALE_S + 0.1)
    assert worker.seen() is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(CheckpointError("The weights are gone; fetch them."), "The weights are gone; fetch them."),
     (ZeroDivisionError("x"), "ZeroDivisionError")],
)  # fmt: skip
def test_what_goes_wrong_is_a_sentence_until_it_is_begun_anew(error, sentence):
    broken, whole = Slow(error), Slow()
    worker = watching(broken)
    broken.may.release()
    worker.give(PICTURE, 0.0)
    wait_until(lambda: worker.problem)
    assert sentence in worker.problem and worker.seen() is None
    worker.give(PICTURE, 0.1)
    assert worker._waiting is None and broken.times == [0.0]
    worker.begin(whole, {})
    assert worker.problem == ""
    whole.may.release()
    worker.give(PICTURE, 0.2)
    wait_until(worker.seen)


def test_what_old_networks_saw_is_not_shown_once_they_were_changed():
    old, new = Slow(ValueError()), Slow()
    worker = watching(old)
    worker.give(PICTURE, 0.0)
    wait_until(lambda: worker._waiting is None)
    worker.begin(new, {})
    old.may.release()
    new.may.release()
    worker.give(PICTURE, 0.1)
    wait_until(worker.seen)
    assert worker.problem == "" and new.times == [0.1]


def test_a_camera_too_many_waits_for_one_that_is_switched_off_and_forgets_what_it_saw():
    first, second = Slow(), Slow()
    one, other = watching(first), watching(second)
    first.may.release()
    second.may.release()
    one.give(PICTURE, 0.0)
    other.give(PICTURE, 0.0)
    assert other.problem == FULL
    wait_until(lambda: first.times and not one._is_running)
    assert one._seen is None  # no picture has come for IDLE_S
    wait_until(lambda: other.give(PICTURE, 0.2) or other.problem == "")
    wait_until(lambda: second.times)
