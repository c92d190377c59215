"""Times of many passes: median and quartiles, how they are taken, and how files hold them. No torch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from fer_core.records import Amount, Count, Positive, Record

Repeats = Annotated[Positive, Field(ge=2)]  # one pass has no quartiles


class Quartiles(NamedTuple):
    """Of measured milliseconds."""

    q1_ms: float
    median_ms: float
    q3_ms: float


def quartiles(times_ms: Sequence[float]) -> Quartiles:
    """Return the quartiles of two or more times; the median, because a busy machine delays some and hastens none."""
    return Quartiles(*statistics.quantiles(times_ms, n=4, method="inclusive"))


def timed(act: Callable[[], object], warmup: int, repeats: int) -> Quartiles:
    """Do something `warmup` times and then `repeats` times, at least 2, against the clock."""
    for _ in range(warmup):
        act()
    return quartiles([_timed_ms(act) for _ in range(repeats)])


def _timed_ms(act: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - start) / 1e6


class QuartilesEntry(Record):
    """Median and quartiles of `repeats` measurements, in milliseconds."""

    median_ms: Amount
    q1_ms: Amount
    q3_ms: Amount
    repeats: Repeats

    def contradictions(self) -> list[str]:
        """Quartiles in the wrong order, and a time of nothing."""
        if 0 < self.q1_ms <= self.median_ms <= self.q3_ms:
            return []
        return [
            f"q1_ms, median_ms, q3_ms are {self.q1_ms}, {self.median_ms}, {self.q3_ms}; they must rise from above 0"
        ]


class TimingEntry(QuartilesEntry):
    """Time of one pass of `batch` faces on `threads` threads of one operator, after `warmup` passes."""

    threads: Positive
    batch: Positive
    warmup: Count
