"""What leaked rows are worth to the checkpoints that lie here: accuracy with and without them. No torch, no data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dashboard.audits import PriceView
from dashboard.services.audits import edition, stored
from dashboard.services.logits import Side, interval, side_of
from dashboard.services.shelf import card_of, checkpoint_view, checkpoints
from fer_core.cards import Card
from fer_core.data.audit import price
from fer_core.errors import FerError


def prices(data: str, level: str) -> tuple[tuple[PriceView, ...], tuple[str, ...]]:
    """Return the price tags of the checkpoints trained on a set, the dearest first, and why others have none.

    Raises:
        DataError: if the set's audit is missing or damaged.
    """
    found, problems = [], []
    stored(data)  # a damaged audit is one sentence, not one a checkpoint
    for row in checkpoints().checkpoints:
        if row.data == data:
            try:
                found += _tags(data, card_of(row.name), level)
            except FerError as error:
                problems.append(str(error))
    return tuple(sorted(found, key=lambda one: -one.gain.value)), tuple(problems)


def _tags(data: str, card: Card, level: str) -> Iterator[PriceView]:
    for tag in _priced(data, edition(data), card.name, side_of(card)):
        if tag.level == level and tag.leaked:
            known = (interval(one) for one in (tag.all_rows, tag.without_leaked, tag.gain))
            yield PriceView(checkpoint_view(card), level, tag.n, tag.leaked, *known)


@lru_cache(maxsize=256)
def _priced(data: str, of: int, name: str, side: Side) -> tuple[price.PriceTag, ...]:
    """`of`, the audit's edition, and `side` make a changed audit and changed logits new questions."""
    return tuple(price.tags_of(stored(data), card_of(name)))
