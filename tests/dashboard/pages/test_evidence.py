"""This project's own checkpoints among the numbers of the Evidence page."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.checkpoint import publish_sample

from dashboard.pages.evidence.data import row_of_card
from fer_core import checkpoints
from fer_core.evidence.ledger import MEASURED


def test_a_checkpoint_of_ours_becomes_a_row(tmp_path: Path):
    card = checkpoints.list_checkpoints(publish_sample(tmp_path).parent)[0]
    row = row_of_card(card)
    scores = card.scores[card.headline_split]
    assert (row.status, row.split, row.n) == (MEASURED, card.headline_split, scores["n"])
    assert row.measured[0].accuracy.value == pytest.approx(scores["accuracy"]["value"])
    assert row.claimed == (f"{100 * card.claim['accuracy']:.2f}" if card.claim else None)
    assert all((row.protocol, row.selection, row.source))
