"""One stray checkpoint does not decide who is ranked: the largest group that answers to the same faces is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoints import A, B, answers, rescored

from dashboard.pages.overview.data import leaderboard
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.ranking import rankable
from dashboard.store.same_faces import Faces, apart, largest_group
from fer_core import labels

ALL_RIGHT = answers(labels.FER2013, {})
STRAYS = {
    "12 faces of PrivateTest, not 70 of PrivateTest": ALL_RIGHT.take(np.arange(0, 60, 5)),
    "70 other faces of PrivateTest": replace(ALL_RIGHT, rows=ALL_RIGHT.rows + 1000),
    "the same faces of PrivateTest, but under other labels": replace(
        ALL_RIGHT, labels=np.roll(ALL_RIGHT.labels, 10), logits=np.roll(ALL_RIGHT.logits, 10, axis=0)
    ),
}


@pytest.fixture(params=STRAYS)
def stray(request, here, tmp_path, monkeypatch) -> tuple[Path, str, str]:
    """The shelf, with one more run that has all of its own faces right; its name, and what is wrong with it."""
    root = tmp_path / "with a stray"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    return root, rescored(here / B, root, "mini_xception.fer2013-mytry", STRAYS[request.param]), request.param


def test_a_stray_run_with_the_highest_score_is_left_out_with_the_real_reason(stray):
    root, name, reason = stray
    rows = [row for row in load_checkpoints().checkpoints if row.data == "fer2013"]
    assert {row.name: row.accuracy.value for row in rows}[name] == 1
    ranking = rankable(sorted(rows, key=lambda row: -row.accuracy.value))
    assert [row.name for row in ranking.rows] == [A, B]
    assert ranking.left_out == {name: reason}


def test_the_leaderboard_and_the_pairs_stand_as_without_it(stray):
    _, name, reason = stray
    app = open_page("overview")
    shown = words(app)
    assert "**I-MobileNetV2** is best on validation faces, with 94.3 %" in shown
    assert '<td class="number">better<small>+28.6: ' in shown
    assert not app.warning and shown.count("Not ranked") == 1
    assert f"Not ranked, since scored on other faces or labels: mini-Xception mytry ({reason})." in shown
    assert "100.0 %" not in "".join(block.proto.spec for block in app.get("plotly_chart"))
    pairs = open_page("paired", checkpoints=[name, A, B])
    assert "**I-MobileNetV2** is more accurate than **mini-Xception" in words(pairs)
    assert f"{name} is left out: it was scored on {reason}" in pairs.warning[0].value.replace("\\", "")


def test_damaged_logits_cost_nobody_a_place_but_who_was_scored_on_another_number_of_faces(here, tmp_path, monkeypatch):
    root = tmp_path / "damaged"
    shutil.copytree(here, root)
    few = rescored(here / B, root, "mini_xception.fer2013-mytry", ALL_RIGHT.take(np.arange(12)))
    for name in (A, few):
        (root / name / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    ranking = rankable([row for row in load_checkpoints().checkpoints if row.data == "fer2013"])
    assert [row.name for row in ranking.rows] == [A, B]
    assert list(ranking.left_out) == [few]


def test_the_largest_group_leads_and_of_equal_ones_that_of_the_first_name():
    assert largest_group({"c": 1, "a": 2, "b": 1}) == 1
    assert largest_group({"c": 1, "a": 2}) == 2


def test_faces_are_the_same_in_any_order_and_differ_by_one_label():
    rows, truth = np.array([7, 3, 5]), np.array([1, 0, 2])
    one, turned = Faces.of("test", rows, truth), Faces.of("test", rows[::-1], truth[::-1])
    assert apart(one, turned) == ""
    assert apart(one, Faces.of("test", rows, np.array([1, 0, 1]))) == "the same faces of test, but under other labels"


def test_protocols_that_flatter_are_ranked_only_where_there_is_nothing_else(here):
    honest, other = [row for row in load_checkpoints().checkpoints if row.name in (A, B)]
    leaky = [replace(other, name=f"{other.name}-{n}", protocol="random", is_leaky=True) for n in range(3)]
    assert [row.name for row in rankable([*leaky, honest]).rows] == [honest.name]
    assert len(rankable(leaky).rows) == 3


def test_a_time_is_shown_beside_the_input_size_that_it_was_measured_at(here):
    one, other = [row for row in load_checkpoints().checkpoints if row.name in (A, B)]
    twin = replace(one, size_px=one.size_px * 3)
    assert set(leaderboard([one, other]).times) == {one.name, other.name}
    assert set(leaderboard([twin, other]).times) == {other.name}
