"""The effect of leaked rows on the checkpoints here: accuracy with and without them. No torch, no data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dashboard.store.audits import audit_path, stored_audit
from dashboard.store.checkpoints import card_of, checkpoint_view, load_checkpoints
from dashboard.store.file_cache import cached_by_file
from dashboard.store.logits import SplitLogits, split_logits
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.leak_effects import LeakEffectView, LeakPriceView
from fer_core.checkpoints import leak_effect, leak_price
from fer_core.checkpoints.card import Card
from fer_core.errors import FerError


def leak_effects(data: str, level: str) -> tuple[tuple[LeakEffectView, ...], tuple[str, ...]]:
    """Return the leak effects of the checkpoints trained on a set, the largest first, and why others have none.

    Raises:
        DataError: if the set's audit is missing or damaged.
    """
    return leak_effects_on([row for row in load_checkpoints().checkpoints if row.data == data], data, level)


def leak_effects_on(
    rows: Sequence[CheckpointView], data: str, level: str
) -> tuple[tuple[LeakEffectView, ...], tuple[str, ...]]:
    """Return the same of some checkpoints of the set. Raises DataError likewise."""
    effects: list[LeakEffectView] = []
    problems: list[str] = []
    stored_audit(data)  # a damaged audit is one sentence, not one per checkpoint
    for row in rows:
        try:
            effects += _leak_tags(data, card_of(row.name), level)
        except FerError as error:
            problems.append(str(error))
    return tuple(sorted(effects, key=lambda view: -view.effect.gain.value)), tuple(problems)


def leak_prices(data: str) -> tuple[LeakPriceView, ...]:
    """Return what training on the copies was worth, for networks trained with them and without.

    Raises:
        FerError: if the set's audit or stored answers are missing or damaged.
    """
    rows = [row for row in load_checkpoints().checkpoints if row.data == data]
    prices = leak_price.leak_prices(stored_audit(data), [card_of(row.name) for row in rows])
    return tuple(LeakPriceView(checkpoint_view(card_of(price.ordinary)), price) for price in prices)


def _leak_tags(data: str, card: Card, level: str) -> Iterator[LeakEffectView]:
    for tag in _leak_effect(audit_path(data), data, card.name, split_logits(card)):
        if tag.level == level and tag.leaked:
            yield LeakEffectView(checkpoint_view(card), tag)


@cached_by_file(maxsize=256)
def _leak_effect(audited: Path, data: str, name: str, side: SplitLogits) -> tuple[leak_effect.LeakEffect, ...]:
    """A changed file `audited` and changed logits, `side`, are new questions."""
    return tuple(leak_effect.leak_effects_of(stored_audit(data), card_of(name)))
