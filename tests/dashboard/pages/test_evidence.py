"""This project's own checkpoints among the numbers of the Evidence page."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.checkpoint import publish_sample
from support.paths import PROJECT

from dashboard.pages.evidence.data import row_of_card
from fer_core import checkpoints
from fer_core.evaluation import proportion
from fer_core.evidence.ledger import MEASURED

SHELF = checkpoints.list_checkpoints(PROJECT / "checkpoints")


def test_a_checkpoint_of_ours_becomes_a_row(tmp_path: Path):
    card = checkpoints.list_checkpoints(publish_sample(tmp_path).parent)[0]
    row = row_of_card(card, [card])
    scores = card.headline_scores
    assert (row.status, row.split, row.n) == (MEASURED, card.headline_split, scores.n)
    assert row.measured[0].accuracy.value == pytest.approx(scores.accuracy.value)
    assert row.claimed is None  # a short training of ours is no measurement of the paper's claim
    assert "Not comparable with Zhu et al. 2024's 67.26 %" in row.why
    assert all((row.protocol, row.selection, row.source))


def test_a_row_of_several_faces_a_person_keeps_the_interval_of_its_card():
    card = next(one for one in SHELF if one.name == "a_mobilenet.ckplus-subject-cpu-tuned-s0")
    found, stored = row_of_card(card, [card]).measured[0], card.scores["test"].accuracy
    plain = proportion(found.k, found.n)
    assert (found.accuracy.low, found.accuracy.high) == (stored.low, stored.high)
    assert found.accuracy.high - found.accuracy.low > 1.3 * (plain.high - plain.low)
