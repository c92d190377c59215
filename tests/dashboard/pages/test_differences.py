"""Two networks face by face: kinds, order, pages and files with numbers that can be counted by hand."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.app_driver import blocks, open_page, words
from support.checkpoints import PLUS, A, B, publish, rescored

from dashboard.pages.differences.alone_chart import alone_bars
from dashboard.pages.differences.csv import faces_csv
from dashboard.pages.differences.data import comparable_rows, compared, compared_faces, other_choice
from dashboard.pages.differences.faces import ON_PAGE
from dashboard.pages.differences.views import CONFIDENCE, DISAGREEMENT
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.verdicts import sentence_on, verdict_of_two
from fer_core import labels
from fer_core.checkpoints import StoredLogits
from fer_core.errors import DataError

ONE, OTHER = "i_mobilenet_v2.fer2013-few", "mini_xception.fer2013-few"
ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL = range(7)
ROWS = [100, 101, 102, 103]
LABELS = [ANGRY, FEAR, HAPPY, HAPPY]
# Answers and their probabilities; the rest goes to neutral. Only A right, both wrong, only B right, both right.
FIRST = [(ANGRY, 0.8), (SAD, 0.95), (SAD, 0.6), (HAPPY, 0.9)]
SECOND = [(SAD, 0.7), (SAD, 0.75), (HAPPY, 0.6), (HAPPY, 0.9)]


def few(answers: list[tuple[int, float]]) -> StoredLogits:
    shares = np.full((len(answers), 7), 1e-12)
    for face, (called, share) in enumerate(answers):
        shares[face, called], shares[face, NEUTRAL] = share, 1 - share
    return StoredLogits(np.log(shares).astype(np.float32), np.array(LABELS), np.array(ROWS))


@pytest.fixture
def pair(here, tmp_path, monkeypatch) -> Path:
    """Two checkpoints that answer to the same four faces."""
    root = tmp_path / "few"
    rescored(here / A, root, ONE, few(FIRST))
    rescored(here / B, root, OTHER, few(SECOND))
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    return root


def rows_of(kind: str, order: str = DISAGREEMENT) -> list[int]:
    return [one.face.row for one in compared_faces(ONE, OTHER, kind, order)]


def test_each_kind_has_its_faces_the_largest_disagreement_first(pair):
    assert compared(ONE, OTHER).counts == {
        "both-wrong": 1,
        "only-a": 1,
        "only-b": 1,
        "other-answers": 2,
        "confidently-wrong": 1,
    }
    found = {kind: rows_of(kind) for kind in compared(ONE, OTHER).counts}
    assert found == {
        "both-wrong": [101],
        "only-a": [100],
        "only-b": [102],
        "other-answers": [100, 102],  # 0.8 against 0.6
        "confidently-wrong": [101],
    }


def test_disagreement_and_confidence_by_hand(pair):
    # angry 0.8, neutral 0.2 against sad 0.7, neutral 0.3: (0.8 + 0.7 + 0.1) / 2.
    first, second = compared_faces(ONE, OTHER, "other-answers", DISAGREEMENT)
    assert (first.disagreement, second.disagreement) == pytest.approx((0.8, 0.6))
    assert first.confidences == pytest.approx((0.8, 0.7))
    assert (first.cell, second.cell) == (("angry", "sad"), ("happy", "sad"))


def test_by_confidence_the_larger_of_the_two_counts(pair):
    assert rows_of("other-answers", CONFIDENCE) == [100, 102]
    second = [(SAD, 0.7), (SAD, 0.75), (HAPPY, 0.99), (HAPPY, 0.9)]
    rescored(pair / OTHER, pair, "mini_xception.fer2013-surer", few(second))
    faces = compared_faces(ONE, "mini_xception.fer2013-surer", "other-answers", CONFIDENCE)
    assert [one.face.row for one in faces] == [102, 100]


def test_faces_that_one_alone_has_right_are_counted_by_label(here):
    # B calls four faces of each expression but sad "sad"; A calls the same four fear faces surprise.
    found = compared(A, B)
    assert {one.expression: (one.only_a, one.only_b) for one in found.alone} == {
        name: (0 if name in ("fear", "sad") else 4, 0) for name in labels.FER2013
    }
    assert found.counts == {
        "both-wrong": 4,
        "only-a": 20,
        "only-b": 0,
        "other-answers": 24,
        "confidently-wrong": 0,  # one-hot logits: 31 % sure
    }
    chart = alone_bars(found, palette=LIGHT)
    assert [sum(bar.x) for bar in chart.figure.data] == [-20, 0]
    assert [row["only_a_right"] for row in chart.table] == [4, 4, 0, 4, 0, 4, 4]


def test_people_split_where_their_votes_form_two_camps(here, toy_votes):
    assert compared(A, B).counts["people-split"] == 1
    (face,) = compared_faces(A, B, "people-split", DISAGREEMENT)
    assert (face.face.row, face.face.votes) == (20, (("happy", 5), ("fear", 5)))


def test_the_file_has_every_face_of_the_kind(here, toy_votes):
    lines = list(csv.DictReader(io.StringIO(faces_csv(A, B, "other-answers", DISAGREEMENT).decode())))
    assert len(lines) == 24
    line = next(line for line in lines if line["row"] == "20")
    assert (line["a"], line["a_answer"], line["b_answer"], line["label"]) == (A, "surprise", "sad", "fear")
    assert float(line["disagreement"]) == pytest.approx((np.e - 1) / (np.e + 6))
    assert float(line["b_confidence"]) == pytest.approx(np.e / (np.e + 6))
    assert line["votes"] == "happy 5; fear 5"


def test_the_page_says_the_one_verdict_and_counts(here):
    app = open_page("differences", a=A, b=B)
    assert not app.exception and not app.error
    shown = words(app)
    said = sentence_on(verdict_of_two(A, B), "**I-MobileNetV2**", "**mini-Xception**").replace("\u00a0", " ")
    assert f"{said} They give other answers to 24 of 70 faces; both are wrong on 4." in shown
    assert "not on this machine" in shown
    kinds = [option.content for option in app.segmented_control(key="faces").proto.options]
    assert kinds == ["Both wrong 4", "Only A right 20", "Only B right 0", "Other answers 24", "Confidently wrong 0"]


def test_rows_lead_to_confusion_with_the_face_chosen(here):
    (link,) = {link for link in re.findall(r'href="(confusion[^"]+)"', words(open_page("differences", a=A, b=B)))
               if "row=21" in link}  # fmt: skip
    address = dict(part.split("=") for part in link.partition("?")[2].replace("&amp;", "&").split("&"))
    assert address == {"a": A, "b": B, "cell": "fear~surprise", "row": "21"}
    app = open_page("confusion", **address)
    assert app.selectbox(key="row").value == "21" and not app.info


def test_where_the_data_lie_faces_are_a_grid_with_the_right_answers_marked(toy_data):
    (grid,) = [body for body in blocks(open_page("differences", a=A, b=B, faces="only-a")) if "fer-faces" in body]
    assert grid.count("<figure>") == 20 and grid.count("data:image/png;base64,") == 20
    assert grid.count("<b>A ") == 20 and "<b>B " not in grid


def test_a_page_holds_24_faces_and_the_address_turns_it(here, tmp_path, monkeypatch):
    wrong = {(name, "sad"): 5 for name in labels.FER2013 if name != "sad"}
    publish(tmp_path, A, labels.FER2013, wrong)
    publish(tmp_path, B, labels.FER2013, wrong)
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    sizes = [words(open_page("differences", page=page)).count("confusion?a=") for page in ("1", "2")]
    assert sizes == [ON_PAGE, 30 - ON_PAGE]


def test_a_kind_without_faces_says_so(here):
    assert "No such faces." in words(open_page("differences", a=A, b=B, faces="only-b"))


def test_b_opens_with_another_network_of_the_same_data(here):
    rows = {row.name: row for row in load_checkpoints().checkpoints}
    assert other_choice([rows[B], rows[PLUS]], rows[A]) == [B, PLUS]
    app = open_page("differences")
    assert (app.selectbox(key="a").value, app.selectbox(key="b").value) == (A, B)
    assert app.selectbox(key="b").options == ["mini-Xception · 65.7\u00a0%"]


def test_a_network_of_another_data_set_is_left_out_in_a_sentence(here):
    app = open_page("differences", a=A, b=PLUS)
    assert not app.exception
    assert "under Network B, which is not here" in words(app)
    assert "No other checkpoint answered the same faces of **FER+**" in words(open_page("differences", a=PLUS))


def test_answers_to_another_split_are_not_offered_beside_a_network(here):
    rows = {row.name: row for row in load_checkpoints().checkpoints}
    other = replace(rows[B], name="other", split="test", n=rows[B].n - 1)
    assert list(comparable_rows({**rows, "other": other}, rows[A])) == [B]
    assert comparable_rows(rows, other) == {}


def test_other_faces_of_the_same_data_set_are_a_sentence(pair):
    rescored(pair / OTHER, pair, "mini_xception.fer2013-others", StoredLogits(
        few(SECOND).logits, np.array(LABELS), np.array(ROWS) + 1))  # fmt: skip
    with pytest.raises(DataError, match="only answers to the same faces"):
        compared(ONE, "mini_xception.fer2013-others")
    app = open_page("differences", a=ONE, b="mini_xception.fer2013-others")
    assert not app.exception
    assert "4 other faces of PrivateTest" in app.error[0].value.replace("\\", "")
