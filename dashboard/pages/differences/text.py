"""Where two networks differ, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import count
from dashboard.pages.differences.views import (
    BOTH_WRONG,
    CONFIDENCE,
    CONFIDENTLY_WRONG,
    DISAGREEMENT,
    ONLY_A,
    ONLY_B,
    OTHER_ANSWERS,
    PEOPLE_SPLIT,
)
from dashboard.store.verdicts import sentence_on
from dashboard.views.checkpoints import told_apart

if TYPE_CHECKING:
    from dashboard.pages.differences.views import ComparedView
    from dashboard.views.comparisons import PairView

KINDS = {
    BOTH_WRONG: "Both wrong",
    ONLY_A: "Only A right",
    ONLY_B: "Only B right",
    OTHER_ANSWERS: "Other answers",
    CONFIDENTLY_WRONG: "Confidently wrong",
    PEOPLE_SPLIT: "People split",
}
ORDERS = {DISAGREEMENT: "Disagreement", CONFIDENCE: "Confidence"}


def differ(pair: PairView, view: ComparedView) -> str:
    """Answer which of two networks is more accurate, and on how many faces they differ."""
    first, second = (f"**{name}**" for name in told_apart([pair.one, pair.other]))
    counts = view.counts
    return (
        f"{sentence_on(pair, first, second)} They give other answers to {count(counts[OTHER_ANSWERS])} of "
        f"{count(view.n)} faces; both are wrong on {count(counts[BOTH_WRONG])}."
    )


def how_compared(view: ComparedView) -> str:
    """Say what the kinds and the orders mean."""
    split = " People split: FER+ ballots with an entropy of 1 bit or more." if PEOPLE_SPLIT in view.counts else ""
    return (
        "The verdict is over all seeds of both trainings, the faces are those of the two chosen runs. A face can be of "
        "several kinds. Other answers: the two differ, whoever is right. Confidently wrong: either one, with a "
        f"confidence of 90 % or more.{split} Disagreement: half the sum of the absolute differences of the two "
        "networks' probabilities (total variation distance), 0 to 1. Confidence: the larger one of the two."
    )
