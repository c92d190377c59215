"""What a network answers to faces of sets that it was not trained on, stored beside its own. No torch.

    logits-<set>-<split>.safetensors   columns and labels of the expressions that both know, in the network's order
    card.json, cross_sets              "<set>-<split>": which set, which faces, which expressions, all scores

So `load_logits(card, "ckplus-All")` reads one as any split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.card_schema import CrossSetEntry, FingerprintEntry
from fer_core.checkpoints.logits import StoredLogits
from fer_core.checkpoints.save import store_splits, write_true


def add_cross_set(
    folder: Path | str,
    name: str,
    stored: StoredLogits,
    *,
    data: Mapping[str, str],
    expressions: Sequence[str],
    fingerprint: Mapping[str, Any],
) -> Card:
    """Store the answers to another set, score them and rewrite the card.

    Args:
        name: of the entry, "<set>-<split>".
        stored: logits (N, S) and labels over `expressions`, the S that are shared.
        data: the set's name and title, and the split.
        fingerprint: of the faces of that split, see `data.fingerprint`.

    Raises:
        DataError, CheckpointError: see `add_split`.
    """
    card = read_card(folder)
    scored = store_splits(Path(folder), {name: stored}, expressions)
    entry = CrossSetEntry(
        **data,
        expressions=tuple(expressions),
        fingerprint=FingerprintEntry(**fingerprint),
        scores=scored["scores"][name],
        logits=scored["logits"][name],
    )
    card = card.model_copy(update={"cross_sets": {**card.cross_sets, name: entry}})
    write_true(card)
    return card
