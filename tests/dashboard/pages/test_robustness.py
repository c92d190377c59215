"""The Robustness page, and its short word on the Calibration page."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoints import A, B
from support.corruption_predictions import made_up

from dashboard.pages.robustness.charts import corruption_dots, severity_curves
from dashboard.pages.robustness.data import corrupted_lead, robustness, samples
from dashboard.pages.robustness.views import bypassed, robustness_summary
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import checkpoint_view
from dashboard.store.corruptions import corruptions
from dashboard.ui.photo_input import SAMPLE
from fer_core.checkpoints.card import read_card, write_card
from fer_core.checkpoints.corruption_predictions import corruption_predictions_path, save_corruption_predictions
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.verdict import Verdict
from fer_core.robustness import alignment
from fer_core.robustness.alignment import Alignment, TiltScore
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES


@pytest.fixture
def predicting(here, tmp_path, monkeypatch):
    """A copy of the shelf: A as made up, B right on all corrupted faces and without gates, the third not asked."""
    root = tmp_path / "with predictions"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    save_corruption_predictions(read_card(root / A), "PrivateTest", made_up())
    right = made_up().labels[made_up().sample]
    answers = {name: right for name in made_up().answers if name[-1].isdigit()}
    kept = {name: made_up().answers[name] for name in ("clean", "mirror")}
    save_corruption_predictions(read_card(root / B), "PrivateTest", replace(made_up(), answers=answers | kept))
    return root


def test_the_page_says_who_has_most_right(predicting):
    app = open_page("robustness")
    assert not app.exception
    said = words(app).replace("**", "")
    assert "mini-Xception has most corrupted faces right, 100.0 % ± 0.0" in said
    assert "more than I-MobileNetV2 (+60.0 points" in said  # 10 of 10 against 4 of 10
    assert "one seed: no conclusion about the design" in said
    assert "Mirroring a face flips 10 % of the answers." in said
    assert len(app.get("plotly_chart")) == 2


def test_the_table_holds_every_share_with_its_n(predicting):
    said = words(open_page("robustness"))
    for cell in ("75 % ± 22", "n = 20", "40 % ± 32", "n = 10", "10 % ± 20", "−15.0"):  # gates: 1 gained, 4 lost of 20
        assert cell in said
    assert "It has no attention gates." in said


def test_without_predictions_the_page_names_the_command(here):
    app = open_page("robustness")
    assert not app.exception
    assert "Not measured yet. Run `fer robustness --all` where the data are." in words(app)
    assert not app.get("plotly_chart")


def test_damaged_predictions_get_a_sentence_and_the_rest_is_shown(predicting):
    path = corruption_predictions_path(predicting / A, "PrivateTest")
    path.write_bytes(path.read_bytes()[:-1])
    app = open_page("robustness")
    assert not app.exception
    assert "is not a whole safetensors file" in app.warning[0].value
    assert len(app.get("plotly_chart")) == 2


def test_who_was_not_measured_is_named(predicting):
    corruption_predictions_path(predicting / A, "PrivateTest").unlink()
    assert "Not measured yet: I-MobileNetV2" in words(open_page("robustness"))


def test_who_cannot_be_asked_here_is_not_named(predicting):
    """Without weights no command here could ask it."""
    corruption_predictions_path(predicting / A, "PrivateTest").unlink()
    write_card(predicting / A, read_card(predicting / A).model_copy(update={"weights": None}))
    assert "Not measured yet" not in words(open_page("robustness"))


def test_a_long_name_leaves_the_curves_their_room(predicting):
    found, _ = found_and_names()
    long = {A: "Dense residual network, FER2013, short-again-s0", B: "other"}
    figure = severity_curves(found, long, corruptions()[0], palette=LIGHT).figure
    assert figure.layout.margin.r <= 160  # of a phone's 350 px
    assert any("Dense residual networ…" in (trace.text or ()) for trace in figure.data)
    assert f"<b>{long[A]}</b>" in figure.data[0].hovertemplate + figure.data[1].hovertemplate


def test_the_address_chooses_corruption_and_networks(predicting):
    app = open_page("robustness", corruption="jpeg", networks=[A])
    assert not app.exception
    assert "JPEG: accuracy over severity" in words(app)
    assert app.multiselect(key="networks").value == [A]
    app = open_page("robustness", corruption="fog")
    assert "The address asks for “fog” under Corruption" in words(app)


def test_a_click_on_a_row_chooses_the_corruption(predicting):
    chart = corruption_dots(*found_and_names(), corruptions(), palette=LIGHT)
    clicked = {tuple(point) for trace in chart.figure.data for point in trace.customdata}
    assert clicked == {(name,) for name in CORRUPTIONS}


def found_and_names():
    found, *_ = robustness([A, B])
    return found, {A: "one", B: "other"}


def test_the_curves_table_is_unrounded_and_complete(predicting):
    chart = severity_curves(*found_and_names(), corruptions()[0], palette=LIGHT)
    rows = [row for row in chart.table if row["checkpoint"] == A]
    assert [row["accuracy"] for row in rows] == [0.8] + [0.4] * len(SEVERITIES)
    assert {row["n"] for row in rows} == {10}
    assert "other from 80.0 % unchanged to 100.0 % at severity 5" in chart.alt.replace("\u00a0", " ")


def test_who_was_measured_on_other_faces_is_left_out_although_it_is_the_best(predicting):
    card = read_card(predicting / B)
    right = made_up().labels[made_up().sample]
    answers = {name: right for name in made_up().answers if name[-1].isdigit()}
    other = replace(made_up(), rows=np.arange(100, 120), answers=made_up().answers | answers)
    corruption_predictions_path(card.folder, "PrivateTest").unlink()
    save_corruption_predictions(card, "PrivateTest", other)
    found, _, problems = robustness([A, B])
    apart = replace(found[0], checkpoint=checkpoint_view(card))
    assert corrupted_lead([found[0], apart]) is None and corrupted_lead(found) is None
    assert [one.checkpoint.name for one in found] == [A]
    assert problems == (f"{B} is left out: it was measured on 10 other faces of PrivateTest",)
    assert "was measured on other faces" in robustness_summary((found[0], found[0]), None, corruptions())


def test_a_face_under_every_corruption_is_one_piece_of_evidence(predicting):
    """10 : 4 of ten faces, sixty times each: the error is that of ten faces."""
    found, *_ = robustness([A, B])
    lead = corrupted_lead(found)
    assert lead.verdict.groups == 10
    assert lead.verdict.difference.value == pytest.approx(0.6)
    assert lead.verdict.difference.high - lead.verdict.difference.low > 0.5


def test_who_is_not_resolved_is_said_and_who_was_trained_otherwise_is_not_ranked(predicting):
    found, *_ = robustness([A, B])
    lead = corrupted_lead(found)
    unresolved = replace(lead, verdict=replace(lead.verdict, verdict=Verdict.NOT_RESOLVED))
    assert "; not resolved against I-MobileNetV2 (+60.0 points, " in robustness_summary(
        found, unresolved, corruptions()
    )
    unfair = robustness_summary(found, replace(lead, unequal="epochs 5 against 9"), corruptions())
    assert "; not ranked against I-MobileNetV2 (+60.0 points, " in unfair and "differs: epochs 5 against 9" in unfair


def test_what_bypassing_attention_costs_is_said(predicting):
    """1 gained and 4 lost of 20 may be chance; 0 and 20 may not."""
    (found,), *_ = robustness([A])
    assert bypassed([found]).startswith("No loss is resolved for I-MobileNetV2, each")
    clear = replace(found.summary.gates, difference=Estimate(-0.184, -0.201, -0.167))
    lost = replace(found, summary=replace(found.summary, gates=clear))
    assert "Bypassing attention costs I-MobileNetV2 18.4 points, each network tested for itself." in bypassed(
        [lost]
    ).replace("\u00a0", " ")
    assert bypassed([replace(found, summary=replace(found.summary, gates=None))]) == ""


def test_the_strip_starts_with_the_face_as_it_is(here, session):
    pictures = [np.asarray(one) for one in samples(SAMPLE.read_bytes(), "cover-left")]
    assert len(pictures) == 6
    assert {one.shape for one in pictures} == {(96, 96)}
    assert np.array_equal(pictures[0][:, 48:], pictures[5][:, 48:])  # severity 5 covers the left half


def test_the_calibration_page_mentions_the_mirror(predicting):
    assert "Mirrored, 10 % ± 20" in words(open_page("calibration", a=A))
    assert "Mirrored" not in words(open_page("calibration", a="mini_xception.ferplus-s0"))


def levelled(weights: str) -> Alignment:
    """Of 100 faces each: level eyes win 2 and lose 3 of those untilted, and win back 12 of the 40 that a tilt costs."""
    tilts = [
        TiltScore(tilt=-30, found=100, upright=80, tilted=40, levelled=52, only_tilted=1, only_levelled=13),
        TiltScore(tilt=0, found=100, upright=80, tilted=80, levelled=79, only_tilted=3, only_levelled=2),
        TiltScore(tilt=30, found=100, upright=80, tilted=40, levelled=52, only_tilted=1, only_levelled=13),
    ]
    return Alignment(
        weights=weights, measured="2026-11-29", versions={}, split="PublicTest", n=120, tilts=tuple(tilts)
    )  # fmt: skip


def test_what_level_eyes_are_worth_is_shown_of_the_weights_that_are_here(predicting, tmp_path, monkeypatch):
    monkeypatch.setattr(alignment, "PATH", tmp_path / "alignment.json")
    alignment.add_alignment(A, levelled(read_card(predicting / A).shipped.sha256))
    alignment.add_alignment(B, levelled("0" * 64))
    said = words(open_page("robustness")).replace("**", "").replace("\u00a0", " ")
    assert "I-MobileNetV2: −1.0 points (" in said and "+12.0 at a tilt of 30°, which costs 40.0 points." in said
    assert "mini-Xception: −1.0 points" not in said  # measured with other weights
    assert "a face detector centred the faces" in said
    for cell in ("−30°", "80.0 % ± 8.9", "40.0 % ± 9.8", "52.0 % ± 9.7", "+12.0", "p 0.002"):
        assert cell in said
