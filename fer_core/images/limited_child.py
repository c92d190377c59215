"""A child process that answers requests within limits, from within; `limited_process` starts it and speaks to it.

What a limit is worth depends on the system: the parent limits time on the clock everywhere. The child itself limits
processor time and files (none may be written) where `resource` is, and memory on Linux only: macOS does not count what
is mapped.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

LENGTH = struct.Struct(">Q")  # before a request, and before an answer behind its status
DONE, OUT_OF_MEMORY = b"\0", b"\1"


def serve(answer: Callable[[bytes], bytes]) -> None:
    """In the child: answer requests from standard input until it ends. A MemoryError becomes a status."""
    cpu_s, memory_bytes = (int(word) for word in sys.argv[1:3])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not stand among the answers
    _limit(memory_bytes)
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        _allow(cpu_s)
        try:
            status, content = DONE, answer(request)
        except MemoryError:
            status, content = OUT_OF_MEMORY, b""
        answers.write(status)
        send(answers, content)
        del request, content  # nothing of one request stays until the next


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
    """Set a limit where the machine's own is not lower already; its upper bound stays, for the next request's time."""
    _, highest = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if highest == resource.RLIM_INFINITY else min(value, highest), highest))


def send(stream: BinaryIO, content: bytes) -> None:
    """Write bytes that `receive` at the other end gives back as one piece."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """What `send` sent. Raises EOFError if the stream ends before."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
