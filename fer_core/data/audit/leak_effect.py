"""What leaked rows are worth: a stored network's accuracy with them, without them, and on them. No torch, no data set.

The rows come from a stored audit and the answers from a checkpoint's logits, so a network that is trained tomorrow gets
its price without the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.leaks import accuracy_without


@dataclass(frozen=True)
class LeakEffect:
    """Accuracies of one checkpoint on one split, fractions with 95 % intervals.

    reference: the splits in which the leaked rows stand; level: "exact" or "near"; leaked: how many of the n rows.
    gain: accuracy on all rows minus accuracy without the leaked ones, -1..1: the price tag itself.
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
        """Return the tag as JSON values."""
        return {**asdict(self), "reference": list(self.reference)}


def leak_effects(audit: dict[str, Any], root: Path | str = "checkpoints") -> list[LeakEffect]:
    """Return the price tags of all finished checkpoints that were trained on the audited set.

    Each gets one for each leak of the split that stands for it (see `Card.headline_split`) into its own train split.

    Args:
        audit: of `report.read`; root: the folder of all checkpoints.

    Raises:
        CheckpointError: if a card or its logits are damaged.
        DataError: if a checkpoint was scored on rows that the audited edition does not have.
    """
    cards = [card for card in checkpoints.list_checkpoints(root) if card.data.name == audit["data"]]
    return [tag for card in cards for tag in leak_effects_of(audit, card)]


def leak_effects_of(audit: dict[str, Any], card: Card) -> Iterator[LeakEffect]:
    """Yield one checkpoint's price tags, as `price_tags` does; none if its split has no leak in this audit.

    Raises:
        CheckpointError: if its logits are damaged.
        DataError: if it was scored on rows that the audited edition does not have.
    """
    split, train = card.headline_split, [card.data.train_split]
    fitting = [leak for leak in audit["leaks"] if leak["split"] == split and leak["reference"] == train]
    if not fitting:
        return
    stored = checkpoints.load_logits(card, split)
    for leak in fitting:
        if leak["n"] != len(stored.rows):
            raise DataError(
                f"{card.name} was scored on {len(stored.rows):,} rows of {split} and the audit knows {leak['n']:,}: "
                "they are not the same edition; audit the one it was trained on again"
            )
        found = accuracy_without(stored.logits, stored.labels, stored.rows, leak["rows"])
        yield LeakEffect(
            checkpoint=card.name,
            split=split,
            reference=tuple(train),
            level=leak["level"],
            n=found.n,
            leaked=found.n_leaked,
            all_rows=found.full,
            without_leaked=found.clean,
            on_leaked=found.leaked,
            gain=found.gain,
        )
