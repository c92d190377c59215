"""The scripts that repair stored cards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.checkpoint import publish_sample

from fer_core import checkpoints
from fer_core.checkpoints.card import read_card, write_card
from scripts import restore_dropped_weights
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
