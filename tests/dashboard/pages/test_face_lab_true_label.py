"""What a face truly shows: said by its data set or by a person, explained, and held against every answer."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from support.app_driver import PROJECT, open_page, words
from support.checkpoints import PLUS, A, B
from support.photos import needs_detector, two_faces, uploaded

from dashboard.pages.face_lab.data import Refusal
from dashboard.pages.face_lab.text import correctness
from dashboard.store.dataset_images import DatasetImages, dataset_image, label_of
from fer_core.errors import DataError
from fer_core.inference.predictor import Predictor
from fer_core.labels import FER2013

SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"


@pytest.fixture
def album(monkeypatch) -> DatasetImages:
    """Two faces of FER2013 that were drawn here: rows 7, happy, and 9, sad."""
    images = np.random.default_rng(0).integers(0, 256, (2, 48, 48), dtype=np.uint8)
    labels = np.array([FER2013.index("happy"), FER2013.index("sad")])
    held = DatasetImages("FER2013", FER2013, np.array([7, 9]), labels, images)
    monkeypatch.setattr(
        "dashboard.store.dataset_images._dataset_images", lambda name, root: held if name == "fer2013" else None
    )
    return held


def answer_to(folder, photo: bytes) -> str:
    return Predictor(folder).predict(np.asarray(Image.open(io.BytesIO(photo)))).expression


@pytest.mark.parametrize(
    ("says", "truth", "sentence"),
    [
        ("happy", "happy", "Right."),
        ("sad", "happy", "Differs from the label: happy."),
        ("sad", "contempt", "It was not taught “contempt”, so it cannot be right."),
    ],
)
def test_an_answer_is_held_against_the_truth(says, truth, sentence):
    assert correctness(says, truth, FER2013) == sentence


def test_a_data_sets_own_label_is_known_and_another_row_is_refused(album):
    assert [label_of("fer2013", row) for row in (7, 9)] == ["happy", "sad"]
    with pytest.raises(DataError, match="row 8 of FER2013 is not in its validation or test split"):
        label_of("fer2013", 8)


def test_of_a_data_set_face_the_truth_is_known_and_can_be_explained(here, album):
    app = open_page("face_lab", networks=B, photo="data-set", data_row="9", target="true", methods="saliency")
    assert not app.exception and not app.info
    shown = words(app)
    assert "FER2013 says that it shows: sad." in shown
    assert app.selectbox(key="target").value == "true"
    assert "True expression: sad" in app.selectbox(key="target").options
    says = answer_to(here / B, dataset_image("fer2013", 9))
    assert correctness(says, "sad", FER2013) in shown


def test_the_true_expressions_logit_is_the_one_explained(here, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "dashboard.pages.face_lab.map_grid.explain_face", lambda *args: asked.append(args[2]) or Refusal("", "as asked")
    )
    open_page("face_lab", networks=[A, B], shows="disgust", target="true", methods="saliency")
    assert asked == ["disgust", "disgust"]


def test_without_a_truth_nothing_is_judged_and_true_is_not_offered(here):
    app = open_page("face_lab", networks=B)
    assert app.selectbox(key="shows").value == "not said"
    assert not any("True expression" in option for option in app.selectbox(key="target").options)
    assert not any(word in words(app) for word in ("Right.", "Differs from the label: "))
    assert app.selectbox(key="target").value == "predicted"
    assert "asks for “true” under Explain" in words(open_page("face_lab", networks=B, target="true"))


def test_what_is_said_of_a_face_is_in_the_address_and_judges_every_network(here):
    app = open_page("face_lab", networks=[A, B])
    for said in FER2013:
        app.selectbox(key="shows").set_value(said).run()
        assert app.query_params["shows"] == said
        assert words(app).count("Right.") + words(app).count(f"Differs from the label: {said}.") == 2


def test_a_network_that_was_not_taught_the_truth_says_so(here):
    app = open_page("face_lab", networks=[B, PLUS], shows="contempt", target="true", methods="saliency")
    assert not app.exception
    shown = words(app)
    assert shown.count("It was not taught “contempt”, so it cannot be right.") == 1
    assert "This network was not taught “contempt”; it knows angry" in shown  # in place of its map


@needs_detector
def test_what_is_said_of_a_face_is_forgotten_with_it(here):
    app = uploaded(("two.png", two_faces()), networks=B, face="1", level_eyes="yes")
    app.selectbox(key="shows").set_value("happy").run()
    app.selectbox(key="target").set_value("true").run()
    app.segmented_control(key="face").set_value("2").run()
    assert not app.exception
    assert app.selectbox(key="shows").value == "not said" and "shows" not in app.query_params
    assert app.selectbox(key="target").value == "predicted"
