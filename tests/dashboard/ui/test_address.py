"""The address is the view: absent is the default, nothing has a value of its own, Back restores, old names are read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A, B
from support.corruption_predictions import made_up

from dashboard.navigation import PAGES
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.costs import designs
from dashboard.store.training_groups import trainings
from dashboard.ui.renamed_params import RENAMED, renamed
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.corruption_predictions import save_corruption_predictions
from fer_core.labels import FERPLUS


@pytest.fixture
def measured(here, tmp_path, monkeypatch) -> Path:
    """A copy of the shelf with answers to corrupted faces: A and B of FER2013, PLUS of FER+."""
    root = tmp_path / "measured"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    for name in (A, B):
        save_corruption_predictions(read_card(root / name), "PrivateTest", made_up())
    save_corruption_predictions(read_card(root / PLUS), "PrivateTest", made_up(classes=len(FERPLUS)))
    return root


def click_menu(app: AppTest, page: str) -> AppTest:
    """Open another page by its name in the menu: the session stays, the address is empty."""
    app.query_params.clear()
    app._page_hash = calc_hash(page)
    return app.run()


def go_back(app: AppTest, **address: str | list[str]) -> AppTest:
    """What the browser's Back does: the page is run again with an older address."""
    app.query_params.clear()
    app.query_params.update(address)
    return app.run()


def said(app: AppTest) -> dict[str, list[str]]:
    """What the address says."""
    return {key: [value] if isinstance(value, str) else list(value) for key, value in app.query_params.items()}


def test_back_reaches_the_first_view(here):
    app = open_page("overview")
    assert said(app) == {}
    app.segmented_control(key="data").set_value("ferplus").run()
    assert said(app) == {"data": ["ferplus"]}
    app.segmented_control(key="cost").set_value("params").run()
    assert said(go_back(app, data="ferplus")) == {"data": ["ferplus"]}
    assert (app.segmented_control(key="data").value, app.segmented_control(key="cost").value) == ("ferplus", "macs")
    assert said(go_back(app)) == {}
    assert app.segmented_control(key="data").value == "fer2013"


def test_a_fresh_session_shows_the_same_for_the_same_address(measured):
    app = open_page("robustness")
    app.multiselect(key="networks").set_value([B]).run()
    app.segmented_control(key="data").set_value("ferplus").run()
    fresh = open_page("robustness", **said(app))
    assert fresh.multiselect(key="networks").value == app.multiselect(key="networks").value == [PLUS]
    assert said(fresh) == said(app) == {"data": ["ferplus"]}


def test_switching_the_data_set_empties_no_choice_there_or_elsewhere(measured):
    app = open_page("robustness")
    app.multiselect(key="networks").set_value([B]).run()
    app.segmented_control(key="data").set_value("ferplus").run()
    assert app.multiselect(key="networks").value == [PLUS]  # the default there, and not nothing
    app.segmented_control(key="data").set_value("fer2013").run()
    assert app.multiselect(key="networks").value == [B]
    click_menu(app, "face_lab")
    assert app.multiselect(key="networks").value == [B]
    app.multiselect(key="networks").set_value([PLUS, A]).run()
    click_menu(app, "robustness")
    assert app.multiselect(key="networks").value == [A]
    app.segmented_control(key="data").set_value("ferplus").run()
    assert app.multiselect(key="networks").value == [PLUS]
    app.segmented_control(key="data").set_value("fer2013").run()
    app.multiselect(key="networks").set_value([B]).run()
    click_menu(app, "face_lab")
    assert app.multiselect(key="networks").value == [PLUS, B]


def test_a_deliberate_choice_of_nothing_has_its_own_value(measured):
    app = open_page("robustness")
    app.multiselect(key="networks").set_value([]).run()
    assert said(app) == {"networks": ["none"]}
    assert "Choose a network." in words(app)
    fresh = open_page("robustness", networks="none")
    assert not fresh.info and fresh.multiselect(key="networks").value == []
    assert go_back(fresh).multiselect(key="networks").value != []  # absent is the default


def test_what_travels_goes_along_with_the_menu_and_the_rest_stays_on_its_page(here):
    app = open_page("overview", data="ferplus", sort="params")
    click_menu(app, "evidence")
    assert app.segmented_control(key="data").value == "ferplus"
    assert said(app) == {"data": ["ferplus"]}
    click_menu(app, "overview")
    assert said(app) == {"data": ["ferplus"], "sort": ["params"]}


def test_a_choice_that_a_page_cannot_offer_is_left_alone(here, tmp_path, monkeypatch):
    app = open_page("confusion", a=B)
    click_menu(app, "regions")  # measured for none of them
    click_menu(app, "confusion")
    assert app.selectbox(key="a").value == B


def test_foreign_parameters_do_not_stay_behind(here):
    app = open_page("efficiency", network="mini_xception", finding="x", what_if="blur")
    assert said(app) == {"network": ["mini_xception"]}
    click_menu(app, "calibration")
    assert said(app) == {}


def test_one_choice_is_one_step_back(here, monkeypatch):
    """Each message to the browser makes an entry of its history."""
    from streamlit.runtime.state.query_params import QueryParams

    sent, send = [], QueryParams._send_query_param_msg
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda params: (sent.append(params), send(params)))
    app = open_page("confusion", a=A, b=B, view="columns", curve="roc")
    assert len(sent) == 1  # an old name is written anew
    app.segmented_control(key="curve").set_value("pr").run()
    assert len(sent) == 2
    app.run()
    assert len(sent) == 2


# A page with what its old address asked for, and under which widget that is found now.
OLD = {
    "overview": [("size", "1m", "segmented_control"), ("shown", "all", "segmented_control")],
    "confusion": [("view", "counts", "segmented_control")],
    "calibration": [("scale", "fitted", "segmented_control")],
    "robustness": [("change", "jpeg", "selectbox")],
    "data_audit": [
        ("part", "faces", "segmented_control"),
        ("kind", "near", "segmented_control"),
        ("sheet", "2", "number_input"),
    ],
    "training": [("measure", "loss", "segmented_control")],
    "evidence": [("part", "findings", "segmented_control")],
}
PATHS = {entry.folder: entry.url_path for entry in PAGES}


@pytest.mark.parametrize("page", OLD)
def test_an_old_address_keeps_working_and_is_written_anew(page, measured):
    table = RENAMED[PATHS[page]]
    app = open_page(page, **{old: value for old, value, _ in OLD[page]})
    assert not app.exception and "The address asks for" not in words(app)
    wanted = {}
    for old, value, kind in OLD[page]:
        new, today = table[old]
        wanted[new] = [today(value)]
        assert str(getattr(app, kind)(key=new).value) == wanted[new][0]
    assert said(app) == wanted


def test_every_renamed_parameter_is_tried_or_belongs_to_a_part_of_a_page():
    tried = {(PATHS[page], old) for page, entries in OLD.items() for old, _, _ in entries}
    untried = {(page, old) for page, table in RENAMED.items() for old in table} - tried
    assert untried == {("data", "level"), ("data", "step"), ("face_lab", "stage"), ("ablations", "recipe")}


# Every recipe that the Ablations page offered before the recipes were renamed, but one whose training was set by hand
# in a field that is told otherwise today.
OLD_RECIPES = [
    ("fer2013", "cpu-taught"),
    ("fer2013", "cpu-taught-bf16"),
    ("fer2013", "cpu-distilled"),
    ("fer2013", "cpu-finer"),
    ("fer2013", "cpu-finer, epochs 22, start fer2013-cpu-taught-long"),
    ("fer2013", "cpu-taught-long"),
    ("fer2013", "short-adamw"),
    ("ferplus", "cpu-voted-bf16"),
    ("ferplus", "cpu-votes"),
    ("ferplus", "cpu-votes, start fer2013-cpu-taught"),
    ("rafdb", "cpu-tuned"),
    ("rafdb", "cpu-tuned, start fer2013-short-adamw"),
    ("ckplus", "cpu-tuned, start fer2013-cpu-taught"),
]


def test_a_link_to_a_recipe_under_its_old_name_leads_to_its_training():
    """The project's own checkpoints, whose recipes were renamed while their folders kept the names."""
    registered = {name: profile.config for name, profile in designs().items()}
    for data, old in OLD_RECIPES:
        (new,) = renamed("ablations", {"recipe": [old]})["recipe"]
        cards = [card_of(row.name) for row in load_checkpoints().checkpoints if row.data == data]
        assert new in {training.recipe for training in trainings(cards, registered)}, old


def test_an_old_recipe_is_written_anew():
    app = open_page("ablations", recipe="cpu-taught-bf16")
    assert "The address asks for" not in words(app)
    assert said(app) == {"recipe": ["cpu-kd-bf16"]}


@pytest.mark.parametrize("gone", ["lightexnet.fer2013-cpu-taught-s0", "a_mobilenet.rafdb-cpu-tuned-96px-s0"])
def test_a_checkpoint_that_gave_way_to_a_better_training_is_named_and_no_other_stands_in_for_it(gone):
    """Both lay here in earlier versions; another training's numbers would be wrong under their names."""
    app = open_page("confusion", a=gone)
    assert f"The address asks for “{gone}” under" in words(app)
    assert said(app) == {}


def test_a_new_name_wins_over_its_old_one():
    assert renamed("robustness", {"change": ["blur"], "corruption": ["jpeg"]}) == {"corruption": ["jpeg"]}
    assert renamed("calibration", {"scale": ["fitted"]}) == {"confidence": ["temperature-scaled"]}
    assert renamed("paired", {"change": ["blur"]}) == {"change": ["blur"]}
