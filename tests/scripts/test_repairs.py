"""The scripts that repair stored cards."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from support.checkpoint import publish_sample
from support.paths import PROJECT

from fer_core import checkpoints
from fer_core.checkpoints.card import read_card, write_card
from scripts import refresh_cards, restore_dropped_weights
from scripts.card_history import CardVersion

INT8 = {"sha256": "b" * 64, "bytes": 9, "dtype": "int8 weights"}


def version(name: str, weights: dict | None) -> CardVersion:
    return CardVersion("c" * 40, "2026-11-22T13:51:14+00:00", name, {"weights": weights})


def test_the_last_weights_of_a_history_are_those_that_were_scored():
    half = {**INT8, "dtype": "float16 weights"}
    history = [version("a", half), version("b", None), version("a", INT8), version("a", None)]
    assert restore_dropped_weights.last_weights(history) == {"a": {"sha256": "b" * 64, "dtype": "int8 weights"}}


@pytest.mark.parametrize(("known", "precision"), [([], "float16"), ([INT8], "int8")])
def test_a_card_without_weights_learns_which_ones_it_had(tmp_path, monkeypatch, known, precision):
    folder = publish_sample(tmp_path, with_weights=False)
    write_card(folder, replace(read_card(folder), dropped_weights=None))
    monkeypatch.setattr(restore_dropped_weights, "versions", lambda: [version(folder.name, one) for one in known])
    restore_dropped_weights.main(tmp_path)
    assert read_card(folder).precision == precision
    assert checkpoints.verify(folder) == []


@pytest.mark.parametrize(
    ("network", "data", "before", "after"),
    [
        (
            "i_mobilenet_v2",
            "ckplus",
            ", where the paper trains 350 of batch 32",
            "(Zhu et al. 2024) trains 150 of batch 20",
        ),
        ("i_mobilenet_v2", "rafdb", ", where the paper trains 350 of batch 32", None),
        ("a_mobilenet", "fer2013", ", where the paper (Nan et al. 2022) trains 100 of batch 64", None),
        ("lightexnet", "fer2013", "", None),
    ],
)
def test_a_note_speaks_of_the_papers_schedule_on_the_same_data(network, data, before, after):
    given = SimpleNamespace(network={"name": network}, data={"name": data}, training={})
    given.training["schedule_note"] = f"ours; 20 epochs of batch 64{before}; started from another"
    note = refresh_cards.refreshed_note(given)
    middle = f", where the paper {after}" if after else ""
    assert note == f"ours; 20 epochs of batch 64{middle}; started from another"


def test_refreshing_writes_a_true_card_and_only_once(tmp_path, capsys):
    folder = publish_sample(tmp_path)
    before = read_card(folder)
    stale = {**before.claim, "note": "as it was"}
    write_card(folder, replace(before, claim=stale))
    refresh_cards.main(tmp_path)
    assert read_card(folder) == before
    capsys.readouterr()
    refresh_cards.main(tmp_path)
    assert capsys.readouterr().out == ""


def test_no_shipped_card_is_behind():
    for card in checkpoints.list_checkpoints(PROJECT / "checkpoints"):
        assert refresh_cards.refreshed(card) == card
