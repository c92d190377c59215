"""The page that shows where networks put faces."""

from __future__ import annotations

import shutil
from math import inf

import pytest
from support.app_driver import open_page, words
from support.checkpoints import A, B
from support.features import made_up

from dashboard.pages.embedding.charts import feature_plane
from dashboard.pages.embedding.data import class_spreads, embedding_plane
from dashboard.pages.embedding.text import ratio_words
from dashboard.plotting.label_placement import dodge
from dashboard.plotting.theme import LIGHT
from fer_core import checkpoints
from fer_core.checkpoints.card import read_card


@pytest.fixture
def sorted_faces(here, tmp_path, monkeypatch):
    """A copy of the shelf whose A keeps expressions well apart, and B hardly; the third has no features."""
    root = tmp_path / "with features"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    for name, apart in ((A, 20.0), (B, 1.0)):
        checkpoints.save_features(read_card(root / name), "PrivateTest", made_up(apart))
    return root


def test_the_page_gives_the_ends_with_intervals_and_ranks_nobody(sorted_faces):
    app = open_page("embedding")
    assert not app.exception
    found, _, _ = class_spreads([A, B])
    said = words(app).replace("**", "")
    for one in found:
        assert f"{ratio_words(one.spread.ratio)} ({one.checkpoint.network.title})" in said
    assert "not ranked" in said
    assert len(app.get("plotly_chart")) >= 2


def test_a_checkpoint_without_features_names_the_command(sorted_faces):
    app = open_page("embedding", checkpoints=["mini_xception.ferplus-s0"])
    assert not app.exception
    assert "`fer embed mini_xception.ferplus-s0` writes them" in words(app)


def test_without_any_features_the_page_says_what_brings_them(here):
    app = open_page("embedding")
    assert not app.exception
    assert "fer embed --all" in words(app)


def test_a_foreign_plane_in_the_address_falls_back(sorted_faces):
    app = open_page("embedding", plane="globe", checkpoints=["nobody"])
    assert not app.exception


def test_every_face_is_drawn_once_with_its_row(sorted_faces):
    chart = feature_plane(embedding_plane(A, "pca"), palette=LIGHT)
    marks = [trace for trace in chart.figure.data if trace.mode == "markers"]
    assert sorted(row for trace in marks for row, _ in trace.customdata) == list(range(70))
    assert len(chart.table) == 70
    assert "65.7 % of them are answered right" in chart.alt.replace("\u00a0", " ")  # 46 of 70


def test_tidiest_first_and_a_sentence_for_each_that_lacks(sorted_faces):
    found, left_out, missing = class_spreads([B, A, "mini_xception.ferplus-s0"])
    assert [one.checkpoint.name for one in found] == [A, B]
    assert (left_out, len(missing)) == ((), 1)


def test_words_are_pushed_apart_by_hand():
    """0, 0.2 and 5 with a distance of 1: the second is pushed to 1, the third stays."""
    assert dodge([0.2, 5, 0], 1, inf) == [1, 5, 0]
