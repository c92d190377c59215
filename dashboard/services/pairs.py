"""Two checkpoints on the same faces, from their stored logits. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.services.logits import Side, interval, logits_of, side_of
from dashboard.services.shelf import card_of, checkpoint_view
from dashboard.verdicts import ClassDifferenceView
from dashboard.views import DifferenceView, Interval
from fer_core import cards
from fer_core.errors import DataError
from fer_core.evaluation import paired, resampling
from fer_core.evaluation.resampling import ClassDifference

CHANCE = 0.05  # below it a cell's adjusted p-value counts as more than chance


def compare(one: str, other: str) -> Interval:
    """Return the first checkpoint's accuracy minus the second's on the same faces, -1..1, with a paired interval.

    Raises:
        FerError: if they were not scored on the same faces, or logits are missing or damaged.
    """
    return _lead(*sides_of(card_of(one), card_of(other)))


def behind_best(names: Sequence[str]) -> dict[str, Interval]:
    """Return by how much the first checkpoint leads each other one; those scored on other faces are left out."""
    found = {}
    for name in names[1:]:
        try:
            found[name] = compare(names[0], name)
        except DataError:  # another edition of the data: no pair, hence no statement
            continue
    return found


def difference(one: str, other: str) -> DifferenceView:
    """Return the first confusion matrix minus the second, cell by cell; raises as `compare` does."""
    first, second = card_of(one), card_of(other)
    sides = sides_of(first, second)
    before, after = (np.array(card.scores[card.headline_split]["confusion"]) for card in (first, second))
    rows = before.sum(axis=1, keepdims=True)
    return DifferenceView(
        one=checkpoint_view(first),
        other=checkpoint_view(second),
        expressions=first.expressions,
        n=int(rows.sum()),
        shares=_nested((before - after) / np.maximum(rows, 1)),
        counts=_nested(before - after),
        is_distinct=_nested(_cell_p_values(*sides) < CHANCE),
        accuracy=_lead(*sides),
    )


def class_differences(one: str, other: str) -> tuple[ClassDifferenceView, ...]:
    """Return recall, precision and F1 of the first minus the second, expression by expression; raises as `compare`."""
    first, second = card_of(one), card_of(other)
    return tuple(
        ClassDifferenceView(found.expression, found.n, *map(interval, (found.recall, found.precision, found.f1)))
        for found in _class_differences(*sides_of(first, second), first.expressions)
    )


def sides_of(one: cards.Card, other: cards.Card) -> tuple[Side, Side]:
    """Return both sides' answers. Raises DataError if the two answer to different data sets."""
    if one.expressions != other.expressions or one.data["name"] != other.data["name"]:
        raise DataError(
            f"{one.name} answers to {one.data['title']} and {other.name} to {other.data['title']}; only networks that "
            "were scored on the same faces can be compared, so choose two of one data set"
        )
    return side_of(one), side_of(other)


@lru_cache(maxsize=512)
def _lead(one: Side, other: Side) -> Interval:
    labels, called, called_other = paired_calls(one, other)
    b, c = paired.discordant(called == labels, called_other == labels)
    return interval(paired.difference(b, c, len(labels)))


@lru_cache(maxsize=32)
def _class_differences(one: Side, other: Side, expressions: tuple[str, ...]) -> tuple[ClassDifference, ...]:
    return resampling.class_differences(*paired_calls(one, other), expressions)


@lru_cache(maxsize=128)
def _cell_p_values(one: Side, other: Side) -> np.ndarray:
    labels, called, called_other = paired_calls(one, other)
    return paired.cell_tests(labels, called, called_other, logits_of(one).logits.shape[1])


def paired_calls(one: Side, other: Side) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the labels and both networks' answers, (N,) each, for the same faces in the same order."""
    first, second = logits_of(one), logits_of(other)
    if one.split != other.split or not np.array_equal(first.rows, second.rows):
        raise DataError(
            f"{Path(one.folder).name} was scored on {len(first.rows)} faces of {one.split}, {Path(other.folder).name} "
            f"on {len(second.rows)} faces of {other.split}, and they are not the same; evaluate both on one split"
        )
    return first.labels, first.logits.argmax(axis=1), second.logits.argmax(axis=1)


def _nested(values: np.ndarray) -> tuple[tuple[Any, ...], ...]:
    """(K, K) -> a tuple of K tuples of plain Python numbers."""
    return tuple(tuple(row) for row in values.tolist())
