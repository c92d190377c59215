"""Bring what cards repeat of evidence/claims.json up to date (the claim, how long the paper trains), and temperatures.

    python -m scripts.refresh_cards

Cards said how far a schedule stays behind the paper's by the paper's schedule on FER2013, also where it trains a data
set otherwise or never trained it.
"""

from __future__ import annotations

import re
from pathlib import Path

from fer_core import checkpoints, models
from fer_core.checkpoints.card import Card, write_card
from fer_core.checkpoints.card_schema import ClaimEntry
from fer_core.checkpoints.logits import load_logits
from fer_core.evaluation.temperature import fitted_or_none
from fer_core.evidence.claims import claim_for, schedule_words

PAPER = re.compile(r", where the paper (\([^)]*\) )?trains \d+ of batch \d+")


def refreshed(card: Card) -> Card:
    """Return the card with claim and paper's schedule as evidence/claims.json has them now, and its temperature."""
    claim = claim_for(card.network.name, card.data.name)
    training = card.training.model_copy(update={"schedule_note": refreshed_note(card)})
    entry = ClaimEntry(**claim.as_card_entry()) if claim else None
    return card.model_copy(update={"training": training, "claim": entry, "temperature": temperature(card)})


def temperature(card: Card) -> float | None:
    """Return the temperature that the stored answers to the validation split give; cards older than it have none."""
    if card.data.validation_split not in card.logits:
        return None
    stored = load_logits(card, card.data.validation_split)
    return fitted_or_none(stored.logits, stored.labels)


def refreshed_note(card: Card) -> str:
    """Return the card's note with its paper's schedule replaced; notes that never told one stay as they are."""
    if card.network.name not in models.list_networks():  # trained elsewhere: there is no paper's schedule to tell
        return card.training.schedule_note
    paper = schedule_words(models.entry(card.network.name).family, card.data.name)
    return PAPER.sub(lambda _: f", where {paper}" if paper else "", card.training.schedule_note)


def main(root: Path = Path("checkpoints")) -> None:
    """Rewrite the cards that are behind."""
    for card in checkpoints.list_checkpoints(root):
        after = refreshed(card)
        if after != card:
            write_card(card.folder, after)
            print(f"{card.name}: temperature {after.temperature}; {after.training.schedule_note}")


if __name__ == "__main__":
    main()
