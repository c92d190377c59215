"""What leaked rows are worth to the checkpoints that lie here: accuracy with and without them. No torch, no data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dashboard.pages.data_audit.data import edition, stored
from dashboard.pages.data_audit.views import LeakEffectView
from dashboard.store.checkpoints import card_of, checkpoint_view, load_checkpoints
from dashboard.store.logits import SplitLogits, split_logits
from fer_core.checkpoints.card import Card
from fer_core.data.audit import leak_effect
from fer_core.errors import FerError


def leak_effects(data: str, level: str) -> tuple[tuple[LeakEffectView, ...], tuple[str, ...]]:
    """Return the price tags of the checkpoints trained on a set, the dearest first, and why others have none.

    Raises:
        DataError: if the set's audit is missing or damaged.
    """
    found, problems = [], []
    stored(data)  # a damaged audit is one sentence, not one a checkpoint
    for row in load_checkpoints().checkpoints:
        if row.data == data:
            try:
                found += _leak_tags(data, card_of(row.name), level)
            except FerError as error:
                problems.append(str(error))
    return tuple(sorted(found, key=lambda one: -one.effect.gain.value)), tuple(problems)


def _leak_tags(data: str, card: Card, level: str) -> Iterator[LeakEffectView]:
    for tag in _leak_effect(data, edition(data), card.name, split_logits(card)):
        if tag.level == level and tag.leaked:
            yield LeakEffectView(checkpoint_view(card), tag)


@lru_cache(maxsize=256)
def _leak_effect(data: str, of: int, name: str, side: SplitLogits) -> tuple[leak_effect.LeakEffect, ...]:
    """`of`, the audit's edition, and `side` make a changed audit and changed logits new questions."""
    return tuple(leak_effect.leak_effects_of(stored(data), card_of(name)))
