"""The start page: few words, recommendations that validation made, one line a paper, a way to the photo."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PIL import Image
from support.app_driver import blocks, open_page, spaced, words
from support.checkpoints import A, B
from support.first_screen import count_words, first_screen
from support.photos import png
from support.views import row

from dashboard.formatting import NBSP
from dashboard.pages.start.data import MOST_LABELS, highlighted, named, papers
from dashboard.pages.start.text import why
from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.cost_layout import pareto_front
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.recommendation import placed_on
from dashboard.ui.photo_input import DROP, UPLOADS
from dashboard.views.claims import ClaimRowView
from fer_core.evaluation.intervals import Estimate

MOST = 90
DATA = sorted({one.data for one in load_checkpoints().checkpoints}) or [pytest.param("", marks=pytest.mark.skip)]
TAG = re.compile(r"<[^>]*>")


def trained(name: str, params: int, validated: float, tested: float):
    return replace(row(name, tested, claimed=False), params=params, validation_accuracy=validated)


@pytest.mark.parametrize("data", DATA)
def test_all_words_of_the_screen_are_under_ninety_and_none_is_a_p_value(data, monkeypatch):
    monkeypatch.setenv("FER_WARM", "0")
    app = open_page("start", data=data)
    said = [*first_screen(app), *(TAG.sub(" ", body.partition("</caption>")[2]) for body in blocks(app))]
    said += [text for one in app.metric for text in (one.label, one.value)]
    said += [one.proto.label for one in app.get("page_link")]
    one_number = [text.replace(NBSP, "") for text in said]  # with its unit and its reach
    assert 30 < count_words(one_number) < MOST, "\n".join(said)
    assert not re.search(r"\bp\s*[=<]", spaced("\n".join(said)))


def test_validation_recommends_and_the_test_faces_have_no_say():
    rows = [
        trained("tiny", 400_000, validated=0.61, tested=0.70),
        trained("small", 1_000_000, validated=0.62, tested=0.60),
        trained("large", 9_000_000, validated=0.66, tested=0.64),
        trained("larger", 9_000_001, validated=0.65, tested=0.72),
    ]
    found = [(what_for, one.network.name) for what_for, one in named(rows)]
    assert found == [("Up to 1 M parameters", "small"), ("Most accurate", "large")]
    assert named(rows[2:]) == [("Most accurate", rows[2])]
    assert named(rows[:2]) == [("Most accurate, and up to 1 M parameters", rows[1])]


def test_a_chart_names_at_most_six_and_the_recommended_among_them():
    rows = [trained(f"n{k}", 500_000 * (k + 1), validated=0.5 + k / 100, tested=0.5 + k / 50) for k in range(9)]
    rows = [replace(one, macs=10_000_000 * (k + 1)) for k, one in enumerate(rows)]
    chosen = highlighted(rows, "macs")
    assert len(chosen) == MOST_LABELS and {rows[1].name, rows[8].name} <= chosen
    figure = accuracy_against_cost(rows, pareto_front(rows, "macs"), "macs", chosen, palette=LIGHT).figure
    marks = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert len(marks) == 9
    assert {trace.customdata[0] for trace in marks if trace.error_y.array is not None} == chosen
    assert {trace.customdata[0] for trace in marks if trace.text[0]} <= chosen


def test_a_paper_stands_on_the_chosen_data_set_or_on_the_first_that_knows_it(here):
    shelf = load_checkpoints().checkpoints
    for data in ("fer2013", "ferplus"):
        (found,) = papers(shelf, data)  # of the three papers' networks only A is here
        assert (found.ours.name, found.claim.printed) == (A, "68.62")
    assert [one.name for one in placed_on(shelf, "fer2013")] == [A, B]


@pytest.mark.parametrize(
    ("deciding", "difference", "said"),
    [("16 of 350 epochs", None, "16 of 350 epochs"), ("", Estimate(-0.01, -0.03, 0.01), "−3.0 to +1.0 points apart")],
)
def test_why_a_claim_and_a_measurement_differ(deciding, difference, said):
    claim = ClaimRowView(
        "FER2013", "71.20", "PrivateTest", "a paper", "", row(), row().accuracy, 1, ("long",), difference, deciding
    )
    assert spaced(why(claim)) == said


def test_a_dropped_photo_leads_to_the_face_lab(here):
    app = open_page("start")
    photo = png(Image.new("RGB", (200, 300), "grey"))
    app.file_uploader(key=DROP).set_value(("grey.png", photo, "image/png")).run()
    assert not app.exception
    assert app.title[0].value == "What does it see, and where does it look?"
    assert [content for _, content in app.session_state[UPLOADS]] == [photo]
    assert "200 × 300 px." in words(app)


def test_an_old_link_to_the_leaderboard_at_the_bare_address_opens_it(here):
    app = open_page("start", data="ferplus", size="1m", sort="params")
    assert app.title[0].value == "Which network is worth its parameters?"
    assert app.segmented_control(key="data").value == "ferplus"
    assert app.segmented_control(key="parameters").value == "1m"
    assert app.selectbox(key="sort").value == "params"
    assert open_page("start", data="ferplus").title[0].value.startswith("Which small network")
