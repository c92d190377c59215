"""Arithmetic that a reader can check: a printed number, the parts it should come from, and whether it does. No torch.

Papers print accuracies in percent with two decimals. Of n faces k are right, and k must be whole: with 99 faces most
two-decimal numbers cannot occur at all. With 7,178 faces nearly all can, so that fitting them says nothing; `reach`
tells which of the two a number of faces is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from fer_core.errors import ConfigError, unknown_name

MIB = 2**20
RUNS = (2, 3, 5, 10)  # over how many runs or equal folds papers usually average


@dataclass(frozen=True)
class Check:
    """One line of arithmetic.

    Attributes:
        text: what is asked, in words.
        kind: how `parts` make the value; a key of `KINDS`.
        parts: the numbers that go in.
        printed: the number as the source prints it, with its decimals.
        value: what comes out; None where no whole count gives the printed number.
        holds: whether the value prints as `printed`, rounded or cut.
    """

    text: str
    kind: str
    parts: tuple[float, ...]
    printed: str
    value: float | None
    holds: bool


def _count(parts: Sequence[float], printed: str) -> float | None:
    return count_printed_as(printed, int(parts[0]))


# kind: what the value is, and the function of (parts, printed) that computes it.
KINDS = {
    "count": ("k, such that k of n prints as the percentage; parts: n", _count),
    "share": ("100 k / n, percent; parts: k, n", lambda parts, _: 100 * parts[0] / parts[1]),
    "reach": ("percent of two-decimal percentages that n faces can print; parts: n", lambda p, _: 100 * reach(p[0])),
    "sum": ("sum of all parts", lambda parts, _: sum(parts)),
    "difference": ("first minus second part", lambda parts, _: parts[0] - parts[1]),
    "reduction": ("100 (1 - a / b), percent; parts: a, b", lambda parts, _: 100 * (1 - parts[0] / parts[1])),
    "float32_mib": ("MiB of float32 numbers; parts: how many", lambda parts, _: 4 * parts[0] / MIB),
    "torchsummary_mib": (
        "torchsummary's Estimated Total Size: 4 (inputs + 2 outputs of all layers + parameters) / 2^20; parts: these",
        lambda parts, _: 4 * (parts[0] + 2 * parts[1] + parts[2]) / MIB,
    ),
}


def check(text: str, kind: str, parts: Sequence[float], printed: str) -> Check:
    """Do one line of arithmetic.

    Raises:
        ConfigError: if there is no such kind, or `printed` is no number.
    """
    if kind not in KINDS:
        raise unknown_name("kind of arithmetic", kind, KINDS)
    value = KINDS[kind][1](parts, printed)
    return Check(text, kind, tuple(parts), printed, value, value is not None and _fits(kind, value, printed))


def count_printed_as(printed: str, n: int) -> int | None:
    """Return a whole k such that 100 k / n prints as this percentage, rounded or cut; None if there is none.

    Raises:
        ConfigError: if `printed` is no number.
    """
    middle = int(_number(printed) * n / 100)
    fits = [k for k in range(max(0, middle - 1), min(n, middle + 2) + 1) if prints_as(Decimal(100 * k) / n, printed)]
    return min(fits, key=lambda k: abs(100 * k / n - float(printed)), default=None)


def readings(printed: str, n: int, pools: Mapping[str, int] | None = None) -> tuple[Check, ...]:
    """Return how a percentage on n faces can be read: as one run, else as each of the other readings, that fit or not.

    A number that no count of n prints is no single run. It may still be a mean of runs, several splits together, or a
    mean over folds; with so many numbers that can occur, fitting one of these says little.

    Args:
        pools: other numbers of faces, by what they are: "both test splits together".
    """
    single = check(f"{printed} % of {n:,} faces, one run", "count", [n], printed)
    if single.holds:
        return (single,)
    pooled = [check(f"{what}, {size:,} faces", "count", [size], printed) for what, size in (pools or {}).items()]
    means = [check(f"a mean of {runs} runs on {n:,}", "count", [runs * n], printed) for runs in RUNS]
    return (single, *pooled, *means, _mean_of_folds(printed, n))


def _mean_of_folds(printed: str, n: int) -> Check:
    """Ten folds of which one is a face smaller: (sum of nine shares of n + a share of n - 1) / 10 = k / (10 n (n - 1)).

    All k of some size can be written so, and these are dense.
    """
    size = 10 * n * (n - 1)
    k = count_printed_as(printed, size) or 0
    return check(f"a mean over ten folds of {n:,} or {n - 1:,}", "share", [k, size], printed)


def reach(n: float) -> float:
    """Return the share of all percentages with two decimals, 0.00 to 99.99, that some k of n faces prints as."""
    n = int(n)
    cut = {10**4 * k // n for k in range(n)}
    rounded = {(2 * 10**4 * k + n) // (2 * n) for k in range(n)}
    return len((cut | rounded) & set(range(10**4))) / 10**4


def prints_as(value: Decimal | float, printed: str) -> bool:
    """Return whether a number, rounded or cut to as many decimals as `printed` has, is what is printed."""
    claimed, exact = _number(printed), value if isinstance(value, Decimal) else Decimal(repr(value))
    step = Decimal(1).scaleb(int(claimed.as_tuple().exponent))  # _number gave a finite one, so it is no letter
    return claimed in (exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_DOWN))


def _fits(kind: str, value: float, printed: str) -> bool:
    if kind == "count":
        return True
    # Sums of two-decimal numbers carry floating-point dust that cutting would turn into a hundredth.
    return prints_as(round(value, 9), printed)


def _number(printed: str) -> Decimal:
    try:
        number = Decimal(printed)
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ConfigError(f"{printed!r} is no number; print it with digits and a point, such as 69.17")
    return number
