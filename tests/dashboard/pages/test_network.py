"""The page of one network, on three invented checkpoints and on those of the project."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from support.app_driver import open_page, spaced, words
from support.checkpoints import PLUS, A, B
from support.views import row

from dashboard.pages.network.data import downloads, run_view
from dashboard.pages.network.text import claim_verdict, verdict
from dashboard.pages.network.views import RunView
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.costs import latency_of
from dashboard.store.training_groups import runs_by_data
from dashboard.views.claims import ClaimRowView, why_they_differ
from fer_core.evaluation.intervals import Estimate
from fer_core.profiling import profiles


def rows():
    return load_checkpoints().checkpoints


def report(name: str) -> RunView:
    return run_view(next(one for one in rows() if one.name == name), rows())


def test_the_page_shows_score_claim_and_why_they_cannot_be_compared(here):
    app = open_page("network", name="i_mobilenet_v2")
    assert not app.exception and not app.error
    shown = words(app)
    assert "**I-MobileNetV2** recognises 94.3 % ± " in shown  # 66 of 70
    assert "The paper claims 68.62 %, which cannot be compared" in shown
    reasons = report(A).claims[0].reasons
    assert reasons[0].startswith("it tested on 3,589 faces") and "2 of the paper's 350 epochs" in reasons[1]


def test_other_printed_numbers_stand_in_the_claims_table_with_their_place(here):
    printed = {(one.quantity, one.of): one for one in report(A).printed if one.data_title != "CK+"}
    time = printed["latency", "one image, mean of 1,000 runs on a Huawei P60"]
    assert (time.value, time.where, time.data_title) == ("78 ms", "Zhu et al. 2024, Table 4.", "")
    assert (printed["recall", "happy"].value, printed["recall", "happy"].data_title) == ("89 %", "FER2013")
    shown = words(open_page("network", name="i_mobilenet_v2"))
    assert "78 ms" in shown and "Huawei P60" in shown
    assert report(B).printed[0].value == "4.35 MB"


def test_the_address_chooses_network_data_and_run(here):
    app = open_page("network", name="mini_xception", data="ferplus")
    assert [box.value for box in app.selectbox] == ["mini_xception", PLUS]
    assert "No paper that we know of prints" not in words(open_page("network", name="mini_xception"))


def test_a_network_that_is_not_here_is_a_sentence(here):
    app = open_page("network", name="vgg19")
    assert not app.exception
    assert any("vgg19" in one.value for one in app.info)


def test_the_best_beside_a_run_answers_to_the_same_faces(here):
    assert report(B).best.name == A
    assert report(A).best.name == A
    assert report(PLUS).best is None  # alone on its data set


def test_a_time_is_that_of_the_checkpoints_own_input_size(here):
    found = next(one for one in rows() if one.name == A)
    measured = profiles.read(profiles.PATH)[found.network.name].sizes
    assert [entry.size_px for entry in measured] == [48, 96]
    for entry in measured:
        assert latency_of(replace(found, size_px=entry.size_px)).median_ms == entry.latency.median_ms
    assert latency_of(replace(found, size_px=64)) is None


def test_every_data_set_of_a_network_has_its_runs(here):
    found = runs_by_data(rows(), "mini_xception")
    assert {data: [one.name for one in some] for data, some in found.items()} == {"fer2013": [B], "ferplus": [PLUS]}


def test_downloads_hold_the_files_themselves_and_every_answer(here):
    files = {one.title: one for one in downloads(A, "http://localhost/network?name=x")}
    assert list(files) == ["Weights", "Card", "Logits", "History", "Answers as CSV", "Model card", "BibTeX"]
    assert files["Card"].read() == (here / A / "card.json").read_bytes()
    answers = list(csv.DictReader(io.StringIO(files["Answers as CSV"].read().decode())))
    assert len(answers) == 70
    assert sum(one["true"] != one["predicted"] for one in answers) == 4  # as the shelf was made
    bibtex = files["BibTeX"].read().decode()
    assert "@article" in bibtex and "10.1038/s41598-024-58736-x" in bibtex
    assert card_of(A).weights.sha256 in bibtex and "94.29" in bibtex


def test_damaged_logits_leave_the_page_standing(here, tmp_path, monkeypatch):
    import shutil

    shutil.copytree(here, tmp_path / "shelf")
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "shelf"))
    (tmp_path / "shelf" / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    app = open_page("network", name="mini_xception", data="fer2013")
    assert not app.exception
    assert "mini-Xception** recognises" in words(app)


def test_names_on_the_leaderboard_lead_to_the_page(here):
    link = "network?name=i_mobilenet_v2&amp;data=fer2013&amp;run=i_mobilenet_v2.fer2013-s0"
    assert link in words(open_page("overview"))


@pytest.mark.parametrize(
    ("difference", "reasons", "sentence"),
    [
        (Estimate(-0.012, -0.03, 0.006), (), "ours is −1.2 points from it (95 % interval −3.0 to +0.6)"),
        (None, ("shorter",), "which cannot be compared, for one reason below"),
        (None, ("shorter", "other faces"), "which cannot be compared, for 2 reasons below"),
    ],
)
def test_the_verdict_says_how_the_claim_stands(difference, reasons, sentence):
    ours = row(accuracy=0.7)
    claim = ClaimRowView(
        "FER2013", "71.20", "PrivateTest", "a paper", "", ours, ours.accuracy, 1, reasons, difference, ""
    )
    assert sentence in spaced(claim_verdict(claim))
    found = RunView(ours, ours, (claim,), (), None, None, (), "")
    assert sentence in spaced(verdict(found)) and "No run here scores higher" in verdict(found)
    assert why_they_differ(claim) == ("; ".join(reasons) or "Comparable: the same faces, start and schedule.")
