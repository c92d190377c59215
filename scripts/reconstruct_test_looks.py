"""Reconstruct the looks at test splits from before there was a log, from the cards in the history.

    python -m scripts.reconstruct_test_looks

A look is where a card first has a test score, or has another one, or was rounded to 8 bits in between. Scores of
checkpoints that were deleted later count. What left no score in any commit cannot be found. Looks that the log holds
already are left out, so that the script can run again after branches with new checkpoints were merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fer_core.checkpoints import looks
from fer_core.checkpoints.looks import Look
from fer_core.checkpoints.quantization import HALF
from scripts.card_history import CardVersion, versions


def reconstructed(history: Iterable[CardVersion]) -> Iterator[Look]:
    """Yield the looks that a history of cards shows, in its order."""
    last: dict[str, Look] = {}
    for version in history:
        found = _look(version, last.get(version.name))
        if found:
            last[version.name] = found
            yield found


def _look(version: CardVersion, before: Look | None) -> Look | None:
    card = version.card
    split, weights = card["data"]["test_split"], card["weights"]
    if split not in card["scores"]:
        return None
    score, n = card["scores"][split]["accuracy"]["value"], card["scores"][split]["n"]
    # Before cards said so, answers without weights were those of float16 weights, or of the ones scored last.
    precision = weights["dtype"].partition(" ")[0] if weights else before.precision if before else HALF
    if before and (score, precision) == (before.score, before.precision):
        return None
    why = looks.FOLDS if card.get("protocol") else looks.FIRST if before is None else looks.ROUNDED
    return Look(
        when=version.when,
        checkpoint=version.name,
        data=card["data"]["name"],
        protocol=card["protocol"]["name"] if card.get("protocol") else "",
        split=split,
        why=why,
        n=n,
        score=score,
        precision=precision,
        weights_sha256=weights["sha256"] if weights else None,
        reconstructed_from=version.commit,
    )


def main() -> None:
    """Append what the log lacks."""
    known = {(one.checkpoint, one.score, one.precision) for one in looks.read().looks}
    new = [one for one in reconstructed(versions()) if (one.checkpoint, one.score, one.precision) not in known]
    for one in new:
        looks.append(one)
    print(f"{len(new)} looks added to {looks.log_path()}")


if __name__ == "__main__":
    main()
