"""Tell each card without weights which weights gave its answers, from the repository's history.

    python -m scripts.restore_dropped_weights

Cards forgot it when weights were dropped, so that a network scored in 8 bits stood beside float16 ones unmarked.
Weights that no commit ever held were float16: every network is rounded to that before it is scored.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fer_core import checkpoints
from fer_core.checkpoints.card import write_card
from fer_core.checkpoints.card_schema import DroppedWeightsEntry
from fer_core.checkpoints.quantization import DTYPES, HALF
from scripts.card_history import CardVersion, versions

UNKEPT = {"sha256": None, "dtype": DTYPES[HALF]}


def last_weights(history: Iterable[CardVersion]) -> dict[str, dict[str, Any]]:
    """Return, by checkpoint, the last weights that its card ever described: {"sha256", "dtype"}."""
    known = ((one.name, one.card["weights"]) for one in history if one.card["weights"])
    return {name: {key: weights[key] for key in UNKEPT} for name, weights in known}


def main(root: Path = Path("checkpoints")) -> None:
    """Rewrite the cards that lack it."""
    known = last_weights(versions())
    for card in checkpoints.list_checkpoints(root):
        if card.weights is None and card.dropped_weights is None:
            dropped = DroppedWeightsEntry(**known.get(card.name, UNKEPT))
            write_card(card.folder, card.model_copy(update={"dropped_weights": dropped}))
            print(f"{card.name}: {known.get(card.name, UNKEPT)['dtype']}")


if __name__ == "__main__":
    main()
