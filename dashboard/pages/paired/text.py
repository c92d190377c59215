"""Which of several networks are better than which, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dashboard.formatting import count, several
from dashboard.store.verdicts import power_of, sentence_on
from dashboard.views.comparisons import NOT_RANKED, PairsView

COUNTED = {  # one pair, several
    "better": ("has a better one", "have a better one"),
    "equivalent": ("is equivalent within ±1 point", "are equivalent within ±1 point"),
    "not resolved": ("is not resolved", "are not resolved"),
    NOT_RANKED: ("was trained otherwise and is not ranked", "were trained otherwise and are not ranked"),
}


def paired(view: PairsView, names: Mapping[str, str]) -> str:
    """Say of how many pairs what is known; `names` is what to call each checkpoint."""
    if len(view.pairs) == 1:
        pair = view.pairs[0]
        first, second = (f"**{names[row.name]}**" for row in (pair.one, pair.other))
        return sentence_on(pair, first, second)
    numbers = Counter("better" if pair.is_ranked else pair.status for pair in view.pairs)
    parts = [f"{n} {forms[n > 1]}" for status, forms in COUNTED.items() if (n := numbers[status])]
    return f"Of **{count(len(view.pairs))} pairs**, all tested together, {several(parts)}. {power_of(view.pairs)}"


def how_tested(view: PairsView) -> str:
    """Say how verdicts on the pairs were made."""
    family = len(view.pairs)
    if view.subjects is None:
        test = "McNemar's test with continuity correction and its interval (Agresti and Min)"
    else:
        test = f"a bootstrap of {count(view.subjects)} whole people (clustered by subject)"
    return (
        "A checkpoint stands for all seeds of its training. Difference: accuracy of the first minus the second, with "
        f"an interval that holds for all {count(family)} pairs together at 95 % (Bonferroni). Single seeds: {test}; "
        "several: over faces and seeds. Equivalent: two one-sided tests with a margin of ±1 point. Alone right: faces "
        "that only the first, and only the second, has right. p is adjusted for all pairs. A pair's name leads to "
        "where the two differ."
    )
