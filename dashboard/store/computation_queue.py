"""A queue for the computations of all sessions: cheap answers first, then in order of arrival.

Two computations at a time use two cores; twelve slow each other down, and nobody sees a result before all are done. A
computation takes one of as many places as there are cores; a timing takes all of them, so that nothing slows it down.
While a computation waits, its page can say how many are ahead.
"""

from __future__ import annotations

import os
import threading
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from itertools import count
from typing import TypeAlias

TELL_EVERY_S = 0.5  # how often a waiting page updates its place

TellPlace: TypeAlias = Callable[[int], None]


class Cost(IntEnum):
    """The cost of a computation: one forward pass, a few, hundreds; exclusive use of the machine."""

    ANSWER = 0
    MAP = 1
    SCORE = 2
    TIMING = 3


class ComputationQueue:
    """Places for computations, given by cost, then by arrival.

    Args:
        places: how many may compute at once.
    """

    def __init__(self, places: int) -> None:
        self._all = self._free = places
        self._changed = threading.Condition()
        self._numbers = count()
        self._waiting: list[tuple[int, int]] = []  # (cost, number), sorted
        self._own = threading.local()

    @contextmanager
    def turn(self, cost: Cost, tell: TellPlace | None = None) -> Iterator[None]:
        """Hold a place inside the block; a nested computation uses the place that its thread already holds.

        Args:
            cost: of the computation.
            tell: called with the number of computations ahead, repeatedly while it waits; with 0 as the wait
                ends.
        """
        if getattr(self._own, "has_place", False):
            yield
            return
        has_told = self._take(cost, tell)
        self._own.has_place = True
        try:
            if has_told and tell is not None:
                tell(0)
            yield
        finally:
            self._own.has_place = False
            with self._changed:
                self._free += self._needed(cost)
                self._changed.notify_all()

    def _take(self, cost: Cost, tell: TellPlace | None) -> bool:
        """Wait for a place and take it; returns whether `tell` was called."""
        ticket, has_told = (int(cost), next(self._numbers)), False
        with self._changed:
            insort(self._waiting, ticket)
        try:
            while (before := self._ahead_of(ticket)) is not None:
                if tell is not None:
                    tell(before)
                    has_told = True
        except BaseException:  # a page that is left while it waits raises in `tell`
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            raise
        return has_told

    def _ahead_of(self, ticket: tuple[int, int]) -> int | None:
        """Take a place and return None, or wait a little and return how many are ahead."""
        with self._changed:
            if not self._may_start(ticket):
                self._changed.wait(TELL_EVERY_S)
            if self._may_start(ticket):
                self._waiting.remove(ticket)
                self._free -= self._needed(ticket[0])
                self._changed.notify_all()
                return None
            return max(1, sum(waiting < ticket for waiting in self._waiting))

    def _may_start(self, ticket: tuple[int, int]) -> bool:
        return self._free >= self._needed(ticket[0]) and self._waiting[0] == ticket

    def _needed(self, cost: int) -> int:
        """How many places a computation takes."""
        return self._all if cost == Cost.TIMING else 1


QUEUE = ComputationQueue(os.cpu_count() or 1)
