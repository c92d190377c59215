"""One selection for all pages: what is chosen on one is what the next opens with, and the address says so."""

from __future__ import annotations

import shutil

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from support.app_driver import open_page
from support.checkpoints import PLUS, A, B

from dashboard.ui.selection import proposal, replaced_by


@pytest.mark.parametrize(
    ("key", "chosen", "expected"),
    [
        ("checkpoints", {"a": ["x"], "b": ["y"]}, ["x", "y"]),
        ("a", {"networks": ["x", "y", "z"]}, ["x"]),
        ("b", {"networks": ["x", "y", "z"]}, ["y"]),
        ("b", {"networks": ["x"]}, []),
        ("trainings", {"checkpoints": ["y", "x"]}, ["y", "x"]),
        ("target", {"expression": ["fear"]}, ["fear"]),
        ("expression", {"target": ["fear"]}, ["fear"]),
        ("sort", {"a": ["x"]}, []),
        ("a", {}, []),
    ],
)
def test_what_is_chosen_under_one_key_is_proposed_under_another(key, chosen, expected):
    assert proposal(key, chosen) == expected


def test_the_last_choice_replaces_those_that_mean_the_same():
    assert set(replaced_by("a")) == set(replaced_by("b")) == {"networks", "checkpoints", "trainings"}
    assert set(replaced_by("networks")) == {"a", "b", "checkpoints", "trainings"}
    assert replaced_by("target") == ("expression",)
    assert replaced_by("data") == replaced_by("report") == ()


def go_to(app: AppTest, page: str, **address: str) -> AppTest:
    """Open another page in the same session: by its name in the menu, or by a link that asks for something."""
    app.query_params.clear()
    app.query_params.update(address)
    app._page_hash = calc_hash(page)
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> dict[str, list[str]]:
    return {key: [value] if isinstance(value, str) else list(value) for key, value in app.query_params.items()}


def test_two_networks_travel_from_pairs_to_lists_and_back(here):
    app = open_page("confusion", a=B, b=A)
    go_to(app, "paired")
    assert app.multiselect(key="checkpoints").value == [B, A]
    assert said(app) == {"checkpoints": [B, A]}
    assert said(go_to(app, "training")) == {"trainings": [B, A]}
    app.multiselect(key="trainings").set_value([A, B]).run()
    go_to(app, "confusion")
    assert (app.selectbox(key="a").value, app.selectbox(key="b").value) == (A, B)
    assert said(app) == {"b": [B]}  # A is what the page opens with anyway


def test_one_network_is_filled_up_with_what_a_list_opens_with(here):
    app = open_page("calibration", a=B)
    go_to(app, "paired")
    assert app.multiselect(key="checkpoints").value == [B, A]


def test_back_and_a_pasted_link_show_what_the_address_says_and_no_selection(here):
    app = open_page("confusion", a=B, b=A)
    go_to(app, "paired", checkpoints=PLUS)
    assert app.multiselect(key="checkpoints").value == [PLUS]
    fresh = open_page("paired", checkpoints=[B, A])
    assert fresh.multiselect(key="checkpoints").value == [B, A]
    again = open_page("paired", **said(fresh))
    assert again.multiselect(key="checkpoints").value == [B, A]
    assert said(again) == said(fresh) == {"checkpoints": [B, A]}


def test_a_rerun_does_not_take_a_proposal_again(here):
    app = open_page("confusion", a=B, b=A)
    go_to(app, "paired")
    app.query_params.clear()  # Back to the page as it opens: absent is the default
    default = app.run().multiselect(key="checkpoints").value
    assert app.run().multiselect(key="checkpoints").value == default == [A, B]
    assert said(app) == {}


def test_the_data_set_decides_what_pages_open_with_until_networks_are_chosen(here):
    app = open_page("start", data="ferplus")
    assert said(go_to(app, "confusion")) == {"a": [PLUS]}
    app.selectbox(key="a").set_value(A).run()
    assert go_to(app, "calibration").selectbox(key="a").value == A
    assert go_to(app, "overview").segmented_control(key="data").value == "ferplus"


def test_the_network_whose_page_was_read_is_a(here):
    app = open_page("network", name="mini_xception", data="fer2013", run=B)
    assert go_to(app, "confusion").selectbox(key="a").value == B


def test_an_expression_travels_from_the_curves_to_the_maps(here):
    app = open_page("confusion", expression="fear")
    assert go_to(app, "face_lab").selectbox(key="target").value == "fear"
    app.selectbox(key="target").set_value("predicted").run()
    assert go_to(app, "confusion").selectbox(key="expression").value == "angry"  # which it opens with


def test_a_link_of_the_start_page_carries_the_network(here):
    app = open_page("start", data="ferplus")
    links = {one.proto.label: one.proto for one in app.get("page_link")}
    (told,) = [proto for label, proto in links.items() if label.startswith("mini-Xception")]
    assert f"run={PLUS}" in told.query_string and "data=ferplus" in told.query_string


def test_a_selection_that_a_page_cannot_offer_is_left_alone(here, tmp_path, monkeypatch):
    app = open_page("confusion", a=B, b=A)
    root = tmp_path / "fewer"
    shutil.copytree(here, root)
    shutil.rmtree(root / B)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    go_to(app, "calibration")
    assert app.selectbox(key="a").value == A
    monkeypatch.setenv("FER_CHECKPOINTS", str(here))
    assert go_to(app, "confusion").selectbox(key="a").value == B
