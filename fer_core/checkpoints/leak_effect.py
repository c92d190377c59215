"""The effect of leaked rows: a network's accuracy with them, without them, and on them. No torch, no data set.

The rows come from a stored audit and the answers from a checkpoint's logits, so any later network gets its figure
without the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.data.audit.schema import Audit
from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.leaks import accuracy_without


@dataclass(frozen=True)
class LeakEffect:
    """Accuracies of one checkpoint on one split, fractions with 95 % intervals.

    reference: the splits in which the leaked rows stand; level: "exact" or "near"; leaked: how many of the n rows.
    gain: accuracy on all rows minus accuracy without the leaked ones, -1..1: the leak effect itself.
    """

    checkpoint: str
    split: str
    reference: tuple[str, ...]
    level: str
    n: int
    leaked: int
    all_rows: Estimate
    without_leaked: Estimate
    on_leaked: Estimate
    gain: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Return the effect as JSON values."""
        return {**asdict(self), "reference": list(self.reference)}


def leak_effects(audit: Audit, root: Path | str = "checkpoints") -> list[LeakEffect]:
    """Return the leak effects on all finished checkpoints that were trained on the audited set.

    Each gets one for each leak of the split that stands for it (see `Card.headline_split`) into its own train split.

    Args:
        audit: of `data.audit.report.read`; root: the folder of all checkpoints.

    Raises:
        CheckpointError: if a card or its logits are damaged.
        DataError: if a checkpoint was scored on rows that the audited edition does not have.
    """
    cards = [card for card in checkpoints.list_checkpoints(root) if card.data.name == audit.data]
    return [tag for card in cards for tag in leak_effects_of(audit, card)]


def leak_effects_of(audit: Audit, card: Card) -> Iterator[LeakEffect]:
    """Yield one checkpoint's leak effects, as `leak_effects` does; none if its split has no leak in this audit.

    Raises:
        CheckpointError: if its logits are damaged.
        DataError: if it was scored on rows that the audited edition does not have.
    """
    split, train = card.headline_split, (card.data.train_split,)
    fitting = [leak for leak in audit.leaks if leak.split == split and leak.reference == train]
    if not fitting:
        return
    stored = checkpoints.load_logits(card, split)
    for leak in fitting:
        if leak.n != len(stored.rows):
            raise DataError(
                f"{card.name} was scored on {len(stored.rows):,} rows of {split} and the audit knows {leak.n:,}: "
                "they are not the same edition; audit the one it was trained on again"
            )
        accuracies = accuracy_without(stored.logits, stored.labels, stored.rows, leak.rows)
        yield LeakEffect(
            checkpoint=card.name,
            split=split,
            reference=train,
            level=leak.level,
            n=accuracies.n,
            leaked=accuracies.n_leaked,
            all_rows=accuracies.full,
            without_leaked=accuracies.clean,
            on_leaked=accuracies.leaked,
            gain=accuracies.gain,
        )
