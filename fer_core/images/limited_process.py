"""A child process that answers requests within limits of time and memory, and is killed and replaced when over them.

The child is a Python of its own that runs a module which ends in `serve(answer)`; requests and answers are bytes. It is
not made by `multiprocessing`, whose children begin by importing the parent's main module: under Streamlit, the app.

The parent limits wall-clock time on every system. The child limits its own processor time and files (it may write none)
where the `resource` module exists, and memory on Linux only, since macOS does not count mapped memory.
"""

from __future__ import annotations

import atexit
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import BinaryIO, cast

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

HOME = Path(__file__).resolve().parents[2]  # where the child finds this package, installed or not
LENGTH = struct.Struct(">Q")  # before a request, and before an answer behind its status
DONE, OUT_OF_MEMORY = b"\0", b"\1"


@dataclass(frozen=True)
class Limits:
    """What one request may take: processor and wall-clock seconds, and bytes of the child's private memory."""

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
    """One child; it answers one request at a time."""

    def __init__(self, module: str, limits: Limits):
        self._limits, self.owner = limits, os.getpid()
        command = [sys.executable, "-B", "-m", module, str(limits.cpu_s), str(limits.memory_bytes)]
        try:
            self._process = subprocess.Popen(
                command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except (OSError, TypeError) as cause:  # TypeError: sys.executable is None where Python is embedded
            raise NoAnswerError(Reason.NO_PROCESS) from cause
        self._pipes = cast("tuple[BinaryIO, BinaryIO]", (self._process.stdin, self._process.stdout))

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
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
            _send(requests, request)
            status, answer = answers.read(1), _receive(answers)
        except (OSError, EOFError) as cause:
            is_over_time = is_late.is_set() or self._process.wait() == -getattr(signal, "SIGXCPU", 0)
            raise NoAnswerError(Reason.TIME if is_over_time else Reason.DIED) from cause
        finally:
            timer.cancel()
            timer.join()  # or a child that answered at the last moment would be killed during the next request
        if status == OUT_OF_MEMORY:
            raise NoAnswerError(Reason.MEMORY)
        return answer

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            with suppress(OSError):  # bytes still buffered for the dead child
                pipe.close()

    def _stop(self, is_late: Event) -> None:
        is_late.set()
        self._process.kill()


class Pool:
    """Children for requests from any thread. One is kept as a spare; others end when no request needs them."""

    def __init__(self, module: str, limits: Limits, at_once: int):
        self._module, self._limits = module, limits
        self._slots, self._lock = BoundedSemaphore(at_once), Lock()
        self._spare: LimitedProcess | None = None
        atexit.register(self.close)

    def ask(self, request: bytes) -> bytes:
        """Return a child's answer; waits while `at_once` requests are being answered. Raises NoAnswerError."""
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
        """End the spare child."""
        if child := self._take_spare():
            child.end()

    def _take(self) -> LimitedProcess:
        child = self._take_spare()
        if child and child.is_alive:
            return child
        if child:
            child.end()
        return LimitedProcess(self._module, self._limits)

    def _take_spare(self) -> LimitedProcess | None:
        with self._lock:
            child, self._spare = self._spare, None
        return child if child and child.owner == os.getpid() else None  # a fork must not read its parent's pipes

    def _give_back(self, child: LimitedProcess) -> None:
        with self._lock:
            surplus, self._spare = self._spare, child
        if surplus:
            surplus.end()


def serve(answer: Callable[[bytes], bytes]) -> None:
    """In the child: answer requests from standard input until it ends. A MemoryError becomes a status."""
    cpu_s, memory_bytes = map(int, sys.argv[1:3])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library's prints must not mix with the answers
    _limit(memory_bytes)
    while True:
        try:
            request = _receive(requests)
        except EOFError:
            return
        _allow(cpu_s)
        try:
            status, content = DONE, answer(request)
        except MemoryError:
            status, content = OUT_OF_MEMORY, b""
        answers.write(status)
        _send(answers, content)
        del request, content  # so that memory is free before the next request


def _limit(memory_bytes: int) -> None:
    if resource is not None:
        _lower(resource.RLIMIT_CORE, 0)  # a dump of memory would be a copy of the request
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_DATA, memory_bytes)


def _allow(cpu_s: int) -> None:
    """Give the next request its processor time, beyond which the system kills the process."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu_s)


def _lower(kind: int, value: int) -> None:
    """Set a soft limit, at most the hard one, which stays as it is: the next request can get more time."""
    _, highest = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if highest == resource.RLIM_INFINITY else min(value, highest), highest))


def _send(stream: BinaryIO, content: bytes) -> None:
    """Write bytes that `_receive` at the other end returns whole."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes:
    """Read what `_send` wrote. Raises EOFError if the stream ends first."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
