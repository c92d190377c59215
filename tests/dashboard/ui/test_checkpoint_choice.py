"""The pickers of checkpoints: networks with their scores, the best run of each first, other runs behind a switch."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.app_driver import open_page, spaced, words
from support.checkpoints import PLUS, A, B, answers, rescored

from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.training_groups import runs_by_network
from fer_core import labels
from fer_core.checkpoints.card import read_card, write_card

BETTER, WORSE = "mini_xception.fer2013-longer", "mini_xception.fer2013-shorter"


@pytest.fixture
def many(here, tmp_path, monkeypatch) -> Path:
    """The shelf with two more runs of B's network; on validation faces one beats B, and A, and the other does not."""
    root = tmp_path / "many"
    shutil.copytree(here, root)
    for name, mistakes in ((BETTER, 1), (WORSE, 9)):
        stored = answers(labels.FER2013, {("fear", "surprise"): mistakes, ("sad", "fear"): mistakes})
        rescored(here / B, root, name, stored)
        card = read_card(root / name)
        settings = {**card.training.settings, "lr": mistakes / 100}
        training = card.training.model_copy(update={"settings": settings, "recipe": name.rpartition("-")[2]})
        write_card(root / name, card.model_copy(update={"training": training}))
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    return root


def test_runs_stand_by_network_the_best_on_validation_first(many):
    found = runs_by_network(load_checkpoints().checkpoints)
    assert [[row.name for row in own] for own in found] == [[BETTER, WORSE, B], [A], [PLUS]]


def test_a_picker_lists_the_best_run_of_each_network_with_its_score(many):
    app = open_page("calibration")
    offered = [spaced(one) for one in app.selectbox(key="a").options]
    assert offered == [
        "mini-Xception, FER2013 · 97.1 %",
        "I-MobileNetV2, FER2013 · 94.3 %",
        "mini-Xception, FER+ · 88.8 %",
    ]


def test_other_runs_are_behind_a_switch_that_the_address_holds(many):
    app = open_page("calibration")
    app.toggle(key="all_runs").set_value(True).run()
    assert len(app.selectbox(key="a").options) == 5
    assert app.query_params["all_runs"] in ("yes", ["yes"])
    assert any("longer" in one for one in app.selectbox(key="a").options)
    assert len(open_page("calibration", all_runs="yes").selectbox(key="a").options) == 5
    assert "maybe" in words(open_page("calibration", all_runs="maybe"))


def test_a_folded_run_that_is_chosen_is_listed(many):
    one = open_page("calibration", a=WORSE).selectbox(key="a")
    assert one.value == WORSE and len(one.options) == 4
    several = open_page("paired", checkpoints=[WORSE, A]).multiselect(key="checkpoints")
    assert several.value == [WORSE, A] and len(several.options) == 4


def test_nothing_is_folded_where_every_network_has_one_run(here):
    app = open_page("calibration")
    assert not app.toggle and len(app.selectbox(key="a").options) == 3


def test_no_list_offers_to_select_everything(here):
    for page in ("paired", "face_lab", "report"):
        for one in open_page(page).multiselect:
            assert one.proto.select_all == 0, page
