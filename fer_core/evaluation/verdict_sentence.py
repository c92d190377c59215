"""A verdict in plain English: one place, so that no two pages say it differently."""

from __future__ import annotations

from fer_core.evaluation.comparison import ALPHA
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.question import Asked
from fer_core.evaluation.verdict import PairVerdict, Verdict

ONE_SEED = "One seed: no conclusion about the design."


def verdict_sentence(result: PairVerdict, one: str = "", other: str = "") -> str:
    """Say what is known of two networks, how sure it is, and what these faces could have shown.

    Args:
        one, other: what to call the two; default: as the question does.
    """
    one, other = one or result.one, other or result.other
    if result.verdict is Verdict.WORSE:
        said = f"{other} is more accurate than {one}: {_measured(result, -1)}{_by_little(result)}"
    elif result.verdict is Verdict.BETTER:
        said = f"{one} is more accurate than {other}: {_measured(result, 1)}{_by_little(result)}"
    elif result.verdict is Verdict.EQUIVALENT:
        said = f"{one} and {other} are equivalent within \u00b1{_size(result.margin)}: {_equivalence(result)}"
    else:
        said = f"Not resolved whether {one} or {other} is more accurate: {_measured(result, 1)}{_could_show(result)}"
    return f"{said}. {ONE_SEED}" if result.is_one_seed else f"{said}."


def _measured(result: PairVerdict, sign: int) -> str:
    level = "95 % interval" if result.question.family_size == 1 else "simultaneous 95 % interval"
    p = "p < 0.001" if result.p_adjusted < 0.001 else f"p = {result.p_adjusted:.2g}"
    return f"{_points(result.difference, sign, level)}, {p}{_family(result)})"


def _equivalence(result: PairVerdict) -> str:
    level = 1 - 2 * ALPHA / result.question.family_size
    return f"{_points(result.equivalence, 1, f'{100 * level:.4g} % interval')}{_family(result)})"


def _points(estimate: Estimate, sign: int, level: str) -> str:
    value, *ends = (sign * end for end in estimate.numbers())
    return f"{_signed(value)} points ({level} {_signed(min(ends))} to {_signed(max(ends))}"


def _family(result: PairVerdict) -> str:
    size = result.question.family_size
    if result.question.asked is Asked.TWO or size == 1:
        return ""
    return f", adjusted for {size} comparisons: {result.question.asked}"


def _by_little(result: PairVerdict) -> str:
    return f"; the difference lies within \u00b1{_size(result.margin)}" if result.is_within_margin else ""


def _could_show(result: PairVerdict) -> str:
    faces = f"{result.n:,} faces" + ("" if result.groups is None else f" of {result.groups:,} people")
    if result.detectable is None:
        return f"; the two differ on too few of the {faces} to show anything"
    return f"; {faces} show a true difference of {_size(result.detectable)} four times in five"


def _size(share: float) -> str:
    """0.01 -> "1 point", 0.0203 -> "2.0 points"."""
    return "1 point" if round(share, 9) == 0.01 else f"{100 * share:.1f} points"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "\u2212").replace("+0.0", "0.0").replace("\u22120.0", "0.0")
