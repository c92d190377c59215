"""A mistyped name finds the option that is meant, and says that it was not what was typed."""

from __future__ import annotations

import pytest
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A

from dashboard.ui import query_params
from dashboard.ui.closest import closest

NAMES = {
    "L-ckplus": "LightExNet, CK+ · 90.9 %",
    "L-norm": "LightExNet, attention normalised, FER2013 · 68.3 %",
    "L": "LightExNet, FER2013 · 60.3 %",
    "A": "A-MobileNet, FER2013 · 61.8 %",
    "I": "I-MobileNetV2, FER2013 · 59.7 %",
    "R": "ResNet-18 · 70.4 %",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lihgtexnet", "L"), ("ligthexnet", "L"), ("a-moiblenet", "A"), ("imoblienetv2", "I"), ("restnet 18", "R"),
     ("lihgtexnet, ck+", "L-ckplus"), ("light", "L"), ("attention n", "L-norm"), ("qqqq", None)],
)  # fmt: skip
def test_swapped_doubled_and_missing_letters_find_the_name(typed, meant):
    assert closest(typed, NAMES, beside="I-MobileNetV2, FER2013 · 59.7 %") == meant


def test_a_list_of_several_takes_the_closest_of_those_not_chosen_yet_and_says_so_once(here, monkeypatch):
    monkeypatch.setattr(query_params, "SHORT_LIST", 2)
    app = open_page("face_lab", networks=[PLUS])
    app.multiselect(key="networks").set_value([PLUS, "imoblienet"]).run()
    assert app.multiselect(key="networks").value == [PLUS, A]
    assert "“imoblienet” is not in the list" in words(app)
    assert "is not in the list" not in words(app.run())


@pytest.mark.parametrize(
    ("typed", "chosen", "said"),
    [
        ("lihgtexnet", "L", "LightExNet, FER2013"),
        ("light", "L", None),
        ("qqqq", "I", "called like it"),
        ("A", "A", None),
    ],
)
def test_a_list_for_one_takes_what_is_meant_and_keeps_its_choice_where_nothing_is(typed, chosen, said, monkeypatch):
    state = {"a": typed}  # AppTest has no way to type into a list for one
    monkeypatch.setattr(query_params.st, "session_state", state)
    query_params._correct("a", list(NAMES), NAMES.__getitem__, "I")
    assert state["a"] == chosen
    sentence = state.get(query_params.CORRECTED, ("a", None))[1]
    assert sentence is said is None or said in sentence
