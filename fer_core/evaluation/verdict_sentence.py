"""A verdict in plain English: one place, so that no two pages say it differently."""

from __future__ import annotations

from collections.abc import Sequence

from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.paired import ALPHA
from fer_core.evaluation.question import QuestionKind
from fer_core.evaluation.verdict import PairVerdict, Verdict

ONE_SEED = "One seed: no conclusion about the design."


def verdict_sentence(result: PairVerdict, one: str = "", other: str = "", unequal: str = "") -> str:
    """Say what is known of two networks, how sure it is, and what these faces could have shown.

    Args:
        one, other: what to call the two; default: as the question does.
        unequal: in what else the two trainings differ (`comparability.difference_words`); then the difference is stated
            and the two are not ranked.
    """
    one, other = one or result.one, other or result.other
    if unequal:
        sentence = f"Not ranked, since more than the network differs ({unequal}): {one} minus {other} {_alone(result)}"
    elif result.verdict is Verdict.WORSE:
        sentence = f"{other} is more accurate than {one}: {_measured(result, -1)}{_by_little(result)}"
    elif result.verdict is Verdict.BETTER:
        sentence = f"{one} is more accurate than {other}: {_measured(result, 1)}{_by_little(result)}"
    elif result.verdict is Verdict.EQUIVALENT:
        sentence = f"{one} and {other} are equivalent within \u00b1{_size(result.margin)}: {_equivalence(result)}"
    else:
        sentence = (
            f"Not resolved whether {one} or {other} is more accurate: {_measured(result, 1)}; {power_words(result)}"
        )
    return f"{sentence}. {ONE_SEED}" if result.is_one_seed else f"{sentence}."


def power_words(result: PairVerdict) -> str:
    """Say what difference these faces could have shown."""
    faces = f"{result.n:,} faces" + ("" if result.groups is None else f" of {result.groups:,} people")
    if result.detectable is None:
        return f"the two differ on too few of the {faces} to show anything"
    return f"{faces} show a true difference of {_size(result.detectable)} four times in five"


def power_sentence(results: Sequence[PairVerdict]) -> str:
    """Say what difference the faces of several pairs could have shown, and how many pairs rest on one seed; "" for
    none.
    """
    if not results:
        return ""
    middle, total = sorted(results, key=lambda result: result.detectable or 1)[len(results) // 2], len(results)
    sentence = power_words(middle) + (f" (median of {total} pairs)" if total > 1 else "")
    single = sum(result.is_one_seed for result in results)
    which = f" {single} of {total} pairs: {ONE_SEED[0].lower()}{ONE_SEED[1:]}" if single < total else f" {ONE_SEED}"
    return f"{sentence[0].upper()}{sentence[1:]}.{which if single else ''}"


def _measured(result: PairVerdict, sign: int) -> str:
    p = "p < 0.001" if result.p_adjusted < 0.001 else f"p = {result.p_adjusted:.2g}"
    return f"{_points(result.difference, sign, _level(result))}, {p}{_family(result)})"


def _alone(result: PairVerdict) -> str:
    """The difference and its interval; no p, which would be read as a ranking."""
    return f"{_points(result.difference, 1, _level(result))}{_family(result)})"


def _level(result: PairVerdict) -> str:
    return "95 % interval" if result.question.family_size == 1 else "simultaneous 95 % interval"


def _equivalence(result: PairVerdict) -> str:
    level = 1 - 2 * ALPHA / result.question.family_size
    return f"{_points(result.equivalence, 1, f'{100 * level:.4g} % interval')}{_family(result)})"


def _points(estimate: Estimate, sign: int, level: str) -> str:
    value, *ends = (sign * end for end in estimate.numbers())
    return f"{signed(value)} points ({level} {signed(min(ends))} to {signed(max(ends))}"


def _family(result: PairVerdict) -> str:
    size, seeds = result.question.family_size, _seeds(result.seeds)
    if result.question.kind is QuestionKind.TWO or size == 1:
        return seeds
    return f"{seeds}, adjusted for {size} comparisons: {result.question.kind}"


def _seeds(seeds: tuple[int, int]) -> str:
    first, second = seeds
    if max(seeds) == 1:
        return ""
    return f", {first} seeds each" if first == second else f", {first} against {second} seeds"


def _by_little(result: PairVerdict) -> str:
    return f"; the difference lies within \u00b1{_size(result.margin)}" if result.is_within_margin else ""


def _size(share: float) -> str:
    """0.01 -> "1 point", 0.0203 -> "2.0 points"."""
    return "1 point" if round(share, 9) == 0.01 else f"{100 * share:.1f} points"


def signed(share: float) -> str:
    """0.0123 -> "+1.2": a difference in points, without the sign of a zero."""
    return f"{100 * share:+.1f}".replace("-", "\u2212").replace("+0.0", "0.0").replace("\u22120.0", "0.0")
