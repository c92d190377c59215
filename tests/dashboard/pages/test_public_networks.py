"""Public networks stand among ours, marked, and in no ranking of networks that were trained alike."""

from __future__ import annotations

import pytest
from support.app_driver import open_page, words

from dashboard.pages.evidence.data import row_of_card
from dashboard.pages.overview.data import leaderboard
from dashboard.store.checkpoints import card_of, load_checkpoints
from fer_core.evidence.peers import read_peers

NAMES = [f"{name}.fer2013-theirs" for name, entry in read_peers().networks.items() if entry.measured]


def test_they_are_rows_of_the_leaderboard_without_a_verdict():
    rows = [row for row in load_checkpoints().checkpoints if row.data == "fer2013" and row.split == "PrivateTest"]
    found = {row.checkpoint.name: row for row in leaderboard(rows).rows}
    assert set(NAMES) <= set(found)
    assert all(found[name].lead is None and found[name].seeds.n == 1 for name in NAMES)


def test_the_leaderboard_marks_them():
    shown = words(open_page("overview"))
    titles = [entry.title for entry in read_peers().networks.values() if entry.measured]
    assert all(title in shown for title in titles) and shown.count(">public<") >= len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_about_one_opens(name):
    app = open_page("network", name=name.partition(".")[0])
    assert not app.exception and not app.error


@pytest.mark.parametrize("name", NAMES)
def test_the_evidence_says_nothing_of_a_training_that_is_not_known(name):
    card = card_of(name)
    row = row_of_card(card, [card])
    assert "28,709" not in row.protocol and "seed" not in row.selection
