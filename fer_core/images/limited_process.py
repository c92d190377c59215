"""A child process that answers requests within limits of time and memory, and is killed and replaced when over them.

The child is a Python of its own that runs a module with `limited_child.serve`; requests and answers are bytes. It is
not made by `multiprocessing`, whose children begin by importing the parent's main module: under Streamlit, the app.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import BinaryIO, cast

from fer_core.images.limited_child import OUT_OF_MEMORY, receive, send

HOME = Path(__file__).resolve().parents[2]  # where the child finds this package, installed or not


@dataclass(frozen=True)
class Limits:
    """What one request may take: seconds of processor time and on the clock; the child's private memory in bytes."""

    cpu_s: int
    wall_s: float
    memory_bytes: int


class Reason(Enum):
    """Why there is no answer."""

    TIME = auto()
    MEMORY = auto()
    DIED = auto()
    NO_PROCESS = auto()  # none could be started


class NoAnswerError(Exception):
    """A request that was given up; its `reason` is a Reason."""

    def __init__(self, reason: Reason):
        super().__init__(reason.name)
        self.reason = reason


class LimitedProcess:
    """One child. It belongs to one request at a time."""

    def __init__(self, module: str, limits: Limits):
        self._limits, self.owner = limits, os.getpid()
        words = [sys.executable, "-B", "-m", module, str(limits.cpu_s), str(limits.memory_bytes)]
        try:
            self._process = subprocess.Popen(
                words, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except (OSError, TypeError) as cause:  # TypeError: sys.executable is None where Python is embedded
            raise NoAnswerError(Reason.NO_PROCESS) from cause
        self._pipes = cast("tuple[BinaryIO, BinaryIO]", (self._process.stdin, self._process.stdout))

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: bytes) -> bytes:
        """Return the child's answer. After any exception the child must be ended.

        Raises:
            NoAnswerError: if it takes more than its limits, or dies.
        """
        is_late = Event()
        timer = Timer(self._limits.wall_s, self._stop, [is_late])
        timer.start()
        try:
            requests, answers = self._pipes
            send(requests, request)
            status, answer = answers.read(1), receive(answers)
        except (OSError, EOFError) as cause:
            raise NoAnswerError(Reason.TIME if is_late.is_set() else self._cause_of_death()) from cause
        finally:
            timer.cancel()
            timer.join()  # or a child that answered in the last moment would be killed while the next one asks
        if status == OUT_OF_MEMORY:
            raise NoAnswerError(Reason.MEMORY)
        return answer

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            with suppress(OSError):  # what was still to be written to a dead child
                pipe.close()

    def _stop(self, is_late: Event) -> None:
        is_late.set()
        self._process.kill()

    def _cause_of_death(self) -> Reason:
        code = self._process.wait()
        return Reason.TIME if code == -getattr(signal, "SIGXCPU", 0) else Reason.DIED


class Pool:
    """Children for requests from any thread: one is kept, further ones live as long as they are asked at once."""

    def __init__(self, module: str, limits: Limits, at_once: int):
        self._module, self._limits = module, limits
        self._slots, self._lock = BoundedSemaphore(at_once), Lock()
        self._kept: LimitedProcess | None = None
        atexit.register(self.close)

    def ask(self, request: bytes) -> bytes:
        """Return a child's answer, waiting while as many as may be asked at once are at work.

        Raises:
            NoAnswerError: if it takes more than its limits, or dies, or if no process can be started.
        """
        with self._slots:
            child = self._take()
            try:
                answer = child.ask(request)
            except BaseException:
                child.end()
                raise
            self._give_back(child)
            return answer

    def close(self) -> None:
        """End the child that is kept."""
        with self._lock:
            child, self._kept = self._kept, None
        if child and child.owner == os.getpid():
            child.end()

    def _take(self) -> LimitedProcess:
        with self._lock:
            child, self._kept = self._kept, None
        if child and child.owner == os.getpid():  # a fork must not read from its parent's pipes
            if child.is_alive:
                return child
            child.end()
        return LimitedProcess(self._module, self._limits)

    def _give_back(self, child: LimitedProcess) -> None:
        with self._lock:
            spare, self._kept = self._kept, child
        if spare:
            spare.end()
