"""The value of test-face copies in the training set: a network trained with them against the same without them.

`leak_effect` compares copied faces with other faces, which may be harder. Here both trainings answer to the same faces,
so a difference that only the copied ones show comes from the copies. No torch, no data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.comparability import all_conditions
from fer_core.data.audit.schema import Audit
from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate, proportion
from fer_core.evaluation.paired import difference, discordant

LEVEL = "near"  # the protocol leaves out near-duplicates too
WITHOUT_COPIES = "fer2013-without_copies"
# What the two trainings may differ in, and its traces: pixels are scaled by the mean of the faces trained on.
DIFFERING = ("protocol", "draw", "split", "faces", "mean", "std")


@dataclass(frozen=True)
class PricedFaces:
    """Some test faces under both trainings, fractions with 95 % intervals.

    with_copies, without_copies: accuracy of the ordinary training and of the one without copies, on the n faces.
    price: the first minus the second, paired.
    """

    n: int
    with_copies: Estimate
    without_copies: Estimate
    price: Estimate


@dataclass(frozen=True)
class LeakPrice:
    """What the copies are worth to one network: on faces that had a copy, on all others, and on the whole split.

    ordinary, without_copies: the two checkpoints. left_out: training faces that the second did not see.
    """

    ordinary: str
    without_copies: str
    left_out: int
    copied: PricedFaces
    others: PricedFaces
    whole: PricedFaces


def leak_prices(audit: Audit, cards: Sequence[Card]) -> list[LeakPrice]:
    """Return the price for every training without copies beside which the same training with them is found.

    Args:
        audit: of the set; its near leak of the test split says which faces had a copy.
        cards: of all checkpoints.

    Raises:
        CheckpointError: if stored answers are damaged.
        DataError: if the two trainings answered to other faces.
    """
    return [
        _price(audit, ordinary, without)
        for without in cards
        if without.protocol is not None and without.protocol.name == WITHOUT_COPIES and _is_scored(without)
        for ordinary in cards
        if ordinary.protocol is None and ordinary.data.name == audit.data and _same_training(ordinary, without)
    ]


def _is_scored(card: Card) -> bool:
    return card.headline_split == card.data.test_split


def _same_training(one: Card, other: Card) -> bool:
    """Whether all conditions but the protocol agree; both must be scored on their test split."""
    if not _is_scored(one) or one.network.name != other.network.name:
        return False
    ours, theirs = (
        {key: value for key, value in all_conditions(card).items() if key not in DIFFERING} for card in (one, other)
    )
    return ours == theirs


def _price(audit: Audit, ordinary: Card, without: Card) -> LeakPrice:
    answers = [checkpoints.load_logits(card, card.data.test_split) for card in (ordinary, without)]
    places = [np.argsort(stored.rows) for stored in answers]
    rows, labels = ([getattr(s, key)[p] for s, p in zip(answers, places, strict=True)] for key in ("rows", "labels"))
    if not np.array_equal(*rows) or not np.array_equal(*labels):
        raise DataError(f"{ordinary.name} and {without.name} were scored on other faces; score both on one edition")
    right_with, right_without = (
        s.logits[p].argmax(axis=1) == s.labels[p] for s, p in zip(answers, places, strict=True)
    )
    is_copied = np.isin(rows[0], _copied_rows(audit, ordinary))
    return LeakPrice(
        ordinary=ordinary.name,
        without_copies=without.name,
        left_out=ordinary.data.n_train - without.data.n_train,
        copied=_priced(right_with, right_without, is_copied),
        others=_priced(right_with, right_without, ~is_copied),
        whole=_priced(right_with, right_without, np.ones(len(is_copied), bool)),
    )


def _copied_rows(audit: Audit, card: Card) -> Sequence[int]:
    """The test faces that have a copy in the training split."""
    wanted = (card.data.test_split, (card.data.train_split,), LEVEL)
    return [row for leak in audit.leaks if (leak.split, leak.reference, leak.level) == wanted for row in leak.rows]


def _priced(right_with: np.ndarray, right_without: np.ndarray, among: np.ndarray) -> PricedFaces:
    n = int(among.sum())
    return PricedFaces(
        n=n,
        with_copies=proportion(int(right_with[among].sum()), n),
        without_copies=proportion(int(right_without[among].sum()), n),
        price=difference(*discordant(right_with[among], right_without[among]), n),
    )
