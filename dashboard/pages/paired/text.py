"""Which differences between several networks are real, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.formatting import count, intervals, listed, pair_test, points, points_span
from dashboard.views.comparisons import PairsView, PairView


def paired(found: PairsView, names: Mapping[str, str]) -> str:
    """Say how many pairs can be told apart, and who cannot; `names` is what to call each checkpoint."""
    distinct = [pair for pair in found.pairs if pair.is_distinct]
    total = len(found.pairs)
    if total == 1:
        return _one_pair(found.pairs[0], names)
    if not distinct:
        return f"**None** of the {total} pairs can be told apart on these {count(found.n)} faces."
    opening = f"**{len(distinct)} of {total} pairs** can be told apart on these {count(found.n)} faces"
    ties = [tie for tie in found.ties if len(tie) > 1]
    if not ties:
        return f"{opening}: every difference is more than chance."
    longest = max(ties, key=len)
    return f"{opening}. The largest group without a real difference: {listed([names[name] for name in longest])}."


def how_tested(found: PairsView) -> str:
    """Say how differences and p-values of the pairs were made."""
    if found.subjects is None:
        interval, test = "the interval of a paired difference (Agresti and Min)", pair_test(None)
        alone = "they alone carry the test"
    else:
        interval = f"{intervals(found.subjects, '')} (paired bootstrap of {count(found.subjects)} whole people)"
        test = f"{pair_test(found.subjects)}, where McNemar's would take each face for a person and be too sure"
        alone = "summed over each person, they carry the test"
    return (
        f"Difference: accuracy of the first minus the second, with {interval}. Discordant: faces that only the first, "
        f"and only the second, has right; {alone}. p: {test}; Holm: the same for all pairs together, so that 5 % is "
        "the chance of any false alarm. A pair's name leads to where the two differ."
    )


def _one_pair(pair: PairView, names: Mapping[str, str]) -> str:
    one, other, gap = names[pair.one.name], names[pair.other.name], pair.difference
    if not pair.is_distinct:
        return f"**{one}** and **{other}** cannot be told apart: {points(gap.value)}, interval {points_span(gap)}."
    return f"**{one}** is more accurate than **{other}**: {points(gap.value)}, interval {points_span(gap)}."
