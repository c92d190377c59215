"""A session's results, limited in bytes, so that many sessions fit and a closed one leaves nothing behind."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from functools import wraps
from sys import getsizeof
from typing import Any, ParamSpec, TypeVar

import numpy as np
import streamlit as st

from dashboard.store.computation_queue import QUEUE, Cost, TellPlace

SESSION_BYTES = 32 * 2**20  # some hundred maps
KEPT = "results of this session"

Given = ParamSpec("Given")
Result = TypeVar("Result")

_teller: ContextVar[TellPlace | None] = ContextVar("teller", default=None)


def tell_place(tell: TellPlace) -> None:
    """From here on, this run of a page reports its place in the queue, see `ComputationQueue.turn`."""
    _teller.set(tell)


def in_turn(cost: Cost) -> AbstractContextManager[None]:
    """Hold a place in the queue inside the block, for results that are not kept."""
    return QUEUE.turn(cost, _teller.get())


def computed_once(cost: Cost) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Queue a function's computation, and cache its results for this session, by its arguments.

    An argument with a `sha256`, such as a crop, is keyed by it, any other by its own hash. The results are shared:
    callers must not change them.
    """

    def decorate(compute: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(compute)
        def result(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            results = results_here()
            given = (getattr(arg, "sha256", arg) for arg in (*args, *sorted(kwargs.items())))
            key = (compute.__module__, compute.__qualname__, *given)
            stored = results.get(key)
            if stored is None:
                with in_turn(cost):
                    stored = compute(*args, **kwargs)
                results.put(key, stored)
            return stored

        return result

    return decorate


def results_here() -> ResultCache:
    """Return the results of the current session."""
    return st.session_state.setdefault(KEPT, ResultCache())


class ResultCache:
    """Results of one session; above `most_bytes` the least recently used are dropped first."""

    def __init__(self, most_bytes: int = SESSION_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable) -> Any | None:
        """Return the result of a key, None without one."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, result: Any) -> None:
        """Keep a result; one larger than `most_bytes` is not kept."""
        with self._lock:
            self._forget(key)
            size = size_of(result)
            self._kept[key] = (result, size)
            self.bytes += size
            while self.bytes > self._most_bytes:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]


def size_of(result: Any) -> int:
    """Estimate the bytes of a result, with the contents of arrays, dataclasses, mappings and sequences."""
    if isinstance(result, np.ndarray):
        return getsizeof(result) if result.base is None else getsizeof(result) + result.nbytes
    if is_dataclass(result) and not isinstance(result, type):
        inside: Any = (getattr(result, field.name) for field in fields(result))
    elif isinstance(result, dict):
        inside = (part for pair in result.items() for part in pair)
    elif isinstance(result, list | tuple | set | frozenset):
        inside = result
    else:
        return getsizeof(result)
    return getsizeof(result) + sum(map(size_of, inside))
