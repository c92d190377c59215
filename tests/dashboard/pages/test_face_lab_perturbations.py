"""The what-if bench: one face changed on purpose, and the networks' answers to it."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from support.app_driver import PROJECT, open_page, words
from support.checkpoints import A, B

from dashboard.pages.face_lab.data import predict
from dashboard.pages.face_lab.perturbation_charts import perturbed_bars, severity_curves
from dashboard.pages.face_lab.perturbation_data import faces_shown, perturbed, perturbed_answers, severity_curve
from dashboard.pages.face_lab.perturbation_views import (
    Perturbation,
    PerturbedAnswersView,
    SeverityCurveView,
    broken,
    replied,
)
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import load_checkpoints
from fer_core.images.face_crop import read_face_photo
from fer_core.images.preprocessing import InputSpec, stages, to_input
from fer_core.inference.predictor import Predictor
from fer_core.robustness.corruptions import corrupt, mirror

CROP = read_face_photo((PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg").read_bytes()).crop(None)


@pytest.fixture
def row(here, session):
    return {one.name: one for one in load_checkpoints().checkpoints}[A]


def reply(row, before: tuple[float, ...], after: tuple[float, ...]) -> PerturbedAnswersView:
    return PerturbedAnswersView(row, ("happy", "sad"), before, after)


def test_no_change_is_the_plain_answer_to_the_bit(row):
    plain = predict(A, CROP)
    for severities in ((), (("blur", 0), ("jpeg", 0))):
        found = perturbed_answers(row, CROP, Perturbation(severities))
        assert found.before == found.after == plain.probabilities


def test_a_face_at_the_networks_size_goes_through_unchanged(row):
    """So that a change at severity 0 and no change are the same input."""
    spec = InputSpec(48, 3, "grey", (0.5,), (0.25,))
    picture = np.random.default_rng(0).integers(0, 256, (100, 80, 3)).astype(np.uint8)
    assert np.array_equal(to_input(stages(picture, spec).sized, spec), to_input(picture, spec))


def test_changes_are_made_on_the_face_as_the_network_reads_it(row, here):
    perturbation = Perturbation((("cover-eyes", 2),), is_mirrored=True)
    predictor = Predictor(here / A)
    face = stages(CROP.pixels, predictor.spec).sized
    expected = predictor.predict(corrupt(mirror(face[None])[0], "cover-eyes", 2)).probabilities
    assert perturbed_answers(row, CROP, perturbation).after == pytest.approx(expected.tolist())


def test_the_mirror_comes_first_and_the_rest_in_its_own_order():
    face = np.random.default_rng(0).integers(0, 256, (48, 48)).astype(np.uint8)
    expected = corrupt(corrupt(mirror(face[None])[0], "blur", 1), "cover-left", 3)
    perturbation = Perturbation((("cover-left", 3), ("blur", 1)), is_mirrored=True)
    assert np.array_equal(perturbed(face, perturbation), expected)


def test_a_course_starts_with_the_plain_answer(row):
    found = severity_curve(row, CROP, Perturbation((("dark", 3),)))
    plain = predict(A, CROP)
    assert (found.expression, found.answers[0]) == (plain.expression, plain.expression)
    assert (len(found.probabilities), found.probabilities[0]) == (6, plain.top)


def test_every_step_of_a_curve_is_the_answer_at_that_severity(row):
    """All corruptions grow together; the mirror has no severity and is there from 1 on."""
    curve = severity_curve(row, CROP, Perturbation((("dark", 3), ("blur", 1)), is_mirrored=True))
    plain = predict(A, CROP)
    place = plain.expressions.index(plain.expression)
    for severity in range(1, 6):
        step = Perturbation((("dark", severity), ("blur", severity)), is_mirrored=True)
        assert curve.probabilities[severity] == perturbed_answers(row, CROP, step).after[place]


def test_both_faces_are_shown_large(row):
    before, after = faces_shown(A, CROP, Perturbation((("cover-right", 5),)))
    assert before.size == after.size == (240, 240)
    left, right = np.asarray(before), np.asarray(after)
    assert np.array_equal(left[:, :120], right[:, :120])
    assert not np.array_equal(left[:, 120:], right[:, 120:])


def test_who_turns_is_said(row):
    kept, turned = reply(row, (0.9, 0.1), (0.6, 0.4)), reply(row, (0.9, 0.1), (0.3, 0.7))
    assert replied([kept]) == "I-MobileNetV2 keeps its answer."
    assert replied([kept, kept]) == "Every network keeps its answer."
    assert replied([turned]).replace("\u00a0", " ") == "**I-MobileNetV2** now says sad (70 %) instead of happy."


def test_when_an_answer_is_given_up_is_said(row):
    kept = SeverityCurveView(row, "happy", (0.9,) * 6, ("happy",) * 6)
    lost = SeverityCurveView(row, "happy", (0.9,) * 6, ("happy", "happy", "sad", "happy", "sad", "sad"))
    assert broken([kept]) == "I-MobileNetV2 keeps its answer throughout."
    assert broken([kept, lost]).startswith("I-MobileNetV2 gives “happy” up at severity 2 and I-MobileNetV2 keeps")


def test_bars_and_strokes_are_the_two_answers(row):
    chart = perturbed_bars(reply(row, (0.9, 0.1), (0.3, 0.7)), palette=LIGHT)
    bars, strokes, told = chart.figure.data
    assert (list(bars.x), list(strokes.x)) == ([30, 70], [90, 10])
    assert [text.strip().replace("\u00a0", " ") for text in told.text] == ["90 → 30 %", "10 → 70 %"]
    assert bars.marker.color[0] == LIGHT.grid  # only the largest has the network's colour
    assert bars.marker.color[1] == LIGHT.family("i_mobilenet_v2")


def test_a_course_is_hollow_where_another_answer_leads(row):
    lost = SeverityCurveView(row, "happy", (0.9, 0.4), ("happy", "sad"))
    chart = severity_curves([lost], {A: "one"}, "Blur", palette=LIGHT)
    assert list(chart.figure.data[0].marker.symbol) == ["circle", "circle-open"]
    assert [row["answer"] for row in chart.table] == ["happy", "sad"]


def test_the_bench_stands_in_the_face_lab_and_draws_its_curve_when_asked(here):
    app = open_page("face_lab", networks=[A, B], what_if=["blur", "mirror"], what_if_blur="5")
    assert not app.exception
    assert app.slider(key="what_if_blur").value == 5
    said = words(app)
    assert "What if the face were different?" in said
    assert "sigma 3 px" in said
    assert "the first answer while the change grows" not in said
    app.button(key="what-if curve").click().run()
    assert not app.exception
    assert "Blur and Mirrored: the first answer while the change grows" in words(app)
    app.slider(key="what_if_blur").set_value(0).run()
    assert "unchanged" in words(app)


def test_networks_without_weights_are_left_out_and_keep_no_other_from_answering(here, tmp_path, monkeypatch):
    for name in (A, B):
        shutil.copytree(here / name, tmp_path / name)
    card = json.loads((tmp_path / A / "card.json").read_text())
    (tmp_path / A / "card.json").write_text(json.dumps({**card, "weights": None}))
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    both = words(open_page("face_lab", networks=[A, B], what_if="blur"))
    bench = both.split("What if the face were different?")[1]
    assert "mini-Xception" in bench and "Bars: the changed face" in bench and "I-MobileNetV2" not in bench
    alone = words(open_page("face_lab", networks=A, what_if="blur"))
    assert "None of the chosen networks has its weights here" in alone
