"""One function for many arguments, here or in several spawned processes of one torch thread each.

A worker ends when the process that started it ends, however that happens: spawned processes would otherwise outlive a
killed parent.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from fer_core.errors import ConfigError
from fer_core.threads import use_threads

A = TypeVar("A")
R = TypeVar("R")


def each_done(function: Callable[[A], R], arguments: Sequence[A], workers: int) -> Iterator[R]:
    """Yield what a function returns, as its calls end, which with several workers is in no fixed order.

    Args:
        function: of a module, so that a worker finds it; arguments and results are pickled between processes.
        workers: 1 is this process itself.

    Raises:
        ConfigError: if a worker dies.
        Exception: what a call raises; the others are given up.
    """
    if workers == 1:
        yield from map(function, arguments)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(arguments) or 1), spawn, initializer=_begin) as executor:
        try:
            yield from as_done(executor, function, arguments)
        except BrokenProcessPool:
            raise ConfigError(
                "a worker process ended before its work, as when memory runs out; the same command goes on from what "
                "is written, with fewer --workers in less memory"
            ) from None
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():  # what it does now is not waited for
                child.terminate()
            raise


def as_done(executor: Executor, function: Callable[[A], R], arguments: Sequence[A]) -> Iterator[R]:
    """Yield what an executor's calls return, as they end; raises what a call raises."""
    for future in as_completed([executor.submit(function, argument) for argument in arguments]):
        yield future.result()


def _begin() -> None:
    """In a worker: end with the parent, leave Ctrl-C to the parent, and compute on one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    use_threads(1)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)
