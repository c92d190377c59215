"""Numbers as the screen writes them: never more digits than the interval earns, and a dash for what is not known."""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

DASH = "–"
NBSP = "\u00a0"  # keeps a number and its unit on one line
MINUS = "−"


class IntervalLike(Protocol):
    """A measured number with the ends of its 95 % interval, whoever measured it."""

    @property
    def value(self) -> float:
        """What was measured."""

    @property
    def low(self) -> float:
        """The interval's lower end."""

    @property
    def high(self) -> float:
        """The interval's upper end."""


class Span(NamedTuple):
    """An interval that the screen makes itself: the zero of a scale, a bin's edges, quartiles."""

    value: float
    low: float
    high: float


def percent(share: float, digits: int = 1) -> str:
    """0.6917 -> "69.2 %"."""
    return f"{100 * share:.{digits}f}{NBSP}%".replace("-", MINUS)


def half_width(interval: IntervalLike) -> float:
    """Return the larger reach of the interval from its value; Wilson's and the bootstrap's are not quite symmetric."""
    return max(interval.high - interval.value, interval.value - interval.low)


def estimate(interval: IntervalLike | None) -> str:
    """Estimate(0.692, 0.677, 0.707) -> "69.2 % ± 1.5"; a dash for what is not known, no ± without ends."""
    if interval is None or interval.value is None:
        return DASH
    if interval.low is None:
        return percent(interval.value)
    # Past ten points of reach a tenth says nothing.
    digits = 1 if half_width(interval) < 0.1 else 0
    return f"{percent(interval.value, digits)}{NBSP}±{NBSP}{100 * half_width(interval):.{digits}f}"


def several_seeds(seeds: int) -> str:
    """Say that a number is a mean: 3 -> "3 seeds"; "" for a single run."""
    return f"{seeds}{NBSP}seeds" if seeds > 1 else ""


def score(accuracy: IntervalLike | None, seeds: int) -> str:
    """Write an accuracy that may be a mean: "65.4 % ± 2.4, 3 seeds"."""
    return ", ".join(filter(None, (estimate(accuracy), several_seeds(seeds))))


def points(share: float) -> str:
    """0.004 -> "0.4 points", without a sign; -1..1 in."""
    return f"{abs(100 * share):.1f}{NBSP}points"


def signed(share: float, digits: int = 1) -> str:
    """0.012 -> "+1.2" and -0.03 -> "−3.0": a difference of shares, -1..1, in points with its sign."""
    return f"{100 * share:+.{digits}f}".replace("-", MINUS)


def points_span(interval: IntervalLike) -> str:
    """Estimate(0.004, -0.009, 0.017) -> "−0.9 to +1.7"."""
    return f"{signed(interval.low)} to {signed(interval.high)}"


def correlation(value: float) -> str:
    """-0.126 -> "−0.13", and -0.001 -> "0.00"."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", MINUS)


def probability(p: float) -> str:
    """A p-value: 0.00004 -> "< 0.001", 0.0123 -> "0.012", 0.3 -> "0.30"."""
    if p < 0.001:
        return f"<{NBSP}0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def count(number: int) -> str:
    """3589 -> "3,589"."""
    return f"{number:,}"


def sample_size(n: int) -> str:
    """3589 -> "n = 3,589", which does not break."""
    return f"n{NBSP}={NBSP}{count(n)}"


def millions(number: float) -> str:
    """870127 -> "0.87 M", 7188000 -> "7.2 M", 464 -> "464": two significant digits, three from ten millions on."""
    if number < 50_000:
        return f"{number:,.0f}" if number < 1000 else f"{number / 1000:.1f}{NBSP}k"
    value = number / 1e6
    if value >= 10:
        return f"{value:,.0f}{NBSP}M" if value >= 100 else f"{value:.1f}{NBSP}M"
    return f"{value:.1f}{NBSP}M" if value >= 1 else f"{value:.2f}{NBSP}M"


def milliseconds(value: float) -> str:
    """3.24 -> "3.2 ms"; whole ones from 100 on."""
    return f"{value:.0f}{NBSP}ms" if value >= 100 else f"{value:.1f}{NBSP}ms"


def intervals(subjects: int | None, plain: str) -> str:
    """How 95 % intervals were made: the `plain` way, or by whole people where the faces show `subjects` of them."""
    return plain if subjects is None else "95 % intervals clustered by subject"


def pair_test(subjects: int | None) -> str:
    """Which test tells two networks apart; for whole people it is the sign-flip test of their leads."""
    return "exact McNemar test" if subjects is None else "exact sign-flip test clustered by subject"


def machine(device: str) -> str:
    """Name where a training ran, as its card says: "AMD EPYC, 1 thread(s)" -> "AMD EPYC, 1 thread"."""
    return re.sub(r"\b(\d+) thread\(s\)", lambda found: f"{found[1]} thread{'s' * (found[1] != '1')}", device)


def several(words: list[str]) -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
