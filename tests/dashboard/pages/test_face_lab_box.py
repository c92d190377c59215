"""A box of one's own over the face: by hand, by drag, and out of the address."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.app_driver import PROJECT, open_page, words
from support.checkpoints import A, B
from support.paths import toy_faces

from dashboard.pages.face_lab.box_chart import face_with_box
from dashboard.pages.face_lab.data import predict
from dashboard.pages.face_lab.perturbation_data import faces_shown, perturbed, perturbed_answers, severity_curve
from dashboard.pages.face_lab.perturbation_views import Perturbation
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import load_checkpoints
from fer_core.errors import ConfigError
from fer_core.images.face_crop import read_face_photo
from fer_core.images.preprocessing import stages
from fer_core.inference.predictor import Predictor
from fer_core.robustness.box import Box, cover_box
from fer_core.robustness.corruptions import corrupt

CROP = read_face_photo((PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg").read_bytes()).crop(None)
GREY = toy_faces(6).images
COLOUR = np.random.default_rng(1).integers(0, 256, (3, 20, 48, 3)).astype(np.uint8)
NOTHING = (Box(0, 0, 0, 0), Box(40, 40, 0, 100), Box(0, 100, 7, 7))


@pytest.fixture
def row(here, session):
    return {one.name: one for one in load_checkpoints().checkpoints}[A]


def test_a_box_has_each_pictures_mean_and_leaves_the_rest_alone():
    """25 % of 48 px is 12, 75 % is 36, 50 % is 24."""
    changed = cover_box(GREY, Box(left=25, right=75, top=50, bottom=100))
    mask = np.zeros((48, 48), bool)
    mask[24:, 12:36] = True
    for before, after in zip(GREY, changed, strict=True):
        assert (after[mask] == np.rint(before.mean())).all()
        assert np.array_equal(after[~mask], before[~mask])


def test_a_box_on_colour_has_the_mean_of_every_channel():
    changed = cover_box(COLOUR, Box(0, 50, 0, 10))  # 24 columns of 48, 2 rows of 20
    means = np.rint(COLOUR.mean(axis=(1, 2)))
    assert (changed[:, :2, :24] == means[:, None, None]).all()
    assert np.array_equal(changed[:, 2:], COLOUR[:, 2:]) and np.array_equal(changed[:, :, 24:], COLOUR[:, :, 24:])


@pytest.mark.parametrize("box", NOTHING)
@pytest.mark.parametrize("pictures", (GREY, COLOUR), ids=("grey", "colour"))
def test_an_empty_box_changes_no_bit_and_leaves_its_input_alone(pictures, box):
    assert box.is_empty
    changed = cover_box(pictures, box)
    assert np.array_equal(changed, pictures) and changed is not pictures


@pytest.mark.parametrize("edges", ((30, 20, 0, 10), (0, 10, -1, 10), (0, 101, 0, 10)))
def test_a_box_that_cannot_be_is_said(edges):
    with pytest.raises(ConfigError, match=r"% of a face is not valid; give 0 to 100, the smaller number first"):
        Box(*edges)


@pytest.mark.parametrize("edges", (None, (0, 0, 0, 0), (40, 40, 0, 100), (0, 100, 7, 7)))
def test_no_box_is_the_plain_answer_to_the_bit(row, edges):
    found = perturbed_answers(row, CROP, Perturbation(box=edges))
    assert found.before == found.after == predict(A, CROP).probabilities


def test_a_box_is_laid_over_the_changed_face_as_the_network_reads_it(row, here):
    edges, predictor = (20, 80, 60, 90), Predictor(here / A)
    face, perturbation = stages(CROP.pixels, predictor.spec).sized, Perturbation((("blur", 2),), box=edges)
    covered = cover_box(corrupt(face, "blur", 2)[None], Box(*edges))[0]
    assert np.array_equal(perturbed(face, perturbation), covered)
    expected = predictor.predict(covered).probabilities
    assert perturbed_answers(row, CROP, perturbation).after == pytest.approx(expected.tolist())


def test_a_box_is_there_from_severity_1_on(row):
    perturbation = Perturbation(box=(10, 90, 10, 90))
    found = severity_curve(row, CROP, perturbation)
    plain, covered = predict(A, CROP), perturbed_answers(row, CROP, perturbation)
    place = plain.expressions.index(plain.expression)
    assert found.probabilities == (plain.top, *[covered.after[place]] * 5)


def test_the_shown_face_is_covered_where_the_box_is(row):
    before, after = map(np.asarray, faces_shown(A, CROP, Perturbation(box=(50, 100, 0, 100))))
    assert np.array_equal(before[:, :120], after[:, :120]) and len(np.unique(after[:, 120:])) == 1


def test_the_chart_has_the_face_in_percent_and_the_box_on_it(row):
    _, face = faces_shown(A, CROP, Perturbation())
    chart = face_with_box(face, (20, 80, 60, 90), "Changed", palette=LIGHT)
    (shape,), (picture,) = chart.figure.layout.shapes, chart.figure.layout.images
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (20, 80, 60, 90)
    assert (picture.x, picture.y, picture.sizex, picture.sizey) == (0, 0, 100, 100)
    assert (tuple(chart.figure.layout.xaxis.range), tuple(chart.figure.layout.yaxis.range)) == ((0, 100), (100, 0))
    assert "covered from 20 to 80 % across and 60 to 90 % down" in chart.alt
    assert not face_with_box(face, None, "Changed", palette=LIGHT).figure.layout.shapes


def test_a_drag_becomes_a_change_in_whole_percent_within_the_face():
    def script() -> None:
        import streamlit as st

        from dashboard.pages.face_lab.perturbations import _select_box

        st.session_state["what_if"] = ["blur"]
        for _ in range(2):  # the second drag adds no second box
            _select_box([81.6, 19.7], [-3, 40])

    state = AppTest.from_function(script).run().session_state
    assert (state["what_if"], state["box_x"], state["box_y"]) == (["blur", "box"], (20, 82), (0, 40))


def test_a_link_restores_the_box(here):
    app = open_page("face_lab", networks=B, what_if="box", box_x="5-25", box_y="50-100")
    assert not app.exception and not app.info
    assert (app.slider(key="box_x").value, app.slider(key="box_y").value) == ((5, 25), (50, 100))
    assert not any(button.key == "what-if curve" for button in app.button)  # a box has no severity to draw over


@pytest.mark.parametrize("given", ("40-20", "0-101", "a-b", "5"))
def test_a_foreign_box_in_the_address_is_named_and_left_out(here, given):
    app = open_page("face_lab", networks=B, what_if="box", box_x=given)
    assert not app.exception
    assert f"asks for “{given}” under Box, left to right" in words(app).replace("\\", "")
    assert app.slider(key="box_x").value == (30, 70)
