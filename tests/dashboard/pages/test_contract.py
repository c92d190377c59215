"""The contract page shows stored lines and numbers; an imported network stands on every page like any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.app_driver import open_page, words
from support.checkpoints import A
from support.contract_reports import made_up
from support.onnx_networks import stripes_network, write_stripes

from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.contract_report import save_report
from fer_core.evaluation import proportion
from fer_core.explain.methods import WITHOUT_GRADIENTS
from fer_core.export import record
from fer_core.export.record import CheckpointExport, ExportedFile, add_export
from fer_core.inference.importing import import_network
from fer_core.inference.predictor import evaluate
from fer_core.labels import FER2013
from fer_core.robustness.predict import store_corruption_predictions


@pytest.fixture
def own_shelf(here, tmp_path, monkeypatch) -> Path:
    """A copy of the shelf, which a test may write to, and no exports."""
    root = tmp_path / "shelf"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    monkeypatch.setattr(record, "PATH", tmp_path / "exports.json")
    return root


def test_without_a_report_the_page_names_the_command(own_shelf):
    app = open_page("contract")
    assert f"fer contract {A}" in words(app) and not app.exception


def test_lines_and_numbers_of_a_report_are_shown(own_shelf):
    card = read_card(own_shelf / A)
    save_report(card, made_up(card.weights.sha256))
    shown = words(open_page("contract"))
    assert "breaks its contract in label order" in shown and "420 faces of PublicTest" in shown
    for number in ("10.0 %", "75.0 %", "25.0"):  # recall in both orders, accuracy in a scale
        assert number in shown


def test_a_report_of_other_weights_is_named_and_not_shown(own_shelf):
    card = read_card(own_shelf / A)
    save_report(card, made_up("0" * 64))
    shown = words(open_page("contract"))
    assert "other weights" in shown and "breaks its contract" not in shown


def test_what_exports_change_is_shown_for_the_weights_of_now_only(own_shelf):
    card = read_card(own_shelf / A)
    save_report(card, made_up(card.weights.sha256, "amber"))
    file = ExportedFile(
        sha256="a" * 64, bytes=1_234_000, n=400, accuracy=proportion(300, 400).as_dict(),
        largest_logit_difference=2.5e-6, changed_answers=9, only_file=3, only_original=5, p=0.73,
        difference={"value": -0.005, "low": -0.02, "high": 0.01},
    )  # fmt: skip
    entry = CheckpointExport(
        weights=card.weights.sha256, format="onnx", opset=20, rewritten_selu=0, split="PrivateTest",
        versions={"onnx": "1"}, float32=file,
    )  # fmt: skip
    add_export(A, entry)
    shown = words(open_page("contract"))
    for number in ("1.23", "75.0 %", "−0.50", "2.5e-06"):
        assert number in shown
    add_export(A, entry.model_copy(update={"weights": "0" * 64}))
    assert "1.23" not in words(open_page("contract"))


@pytest.fixture(scope="module")
def imported_shelf(tmp_path_factory) -> Path:
    """A shelf of two imported networks, one of which is told a wrong order, both scored and asked under corruption."""
    home = tmp_path_factory.mktemp("imported")
    (home / "network.onnx").write_bytes(stripes_network())
    turned = (*FER2013[1:3], FER2013[0], *FER2013[3:])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_DATA", str(write_stripes(home)))
        patch.setenv("FER_TEST_LOOKS", str(home / "looks.jsonl"))
        for network, columns in (("stripes", FER2013), ("stripes_turned", turned)):
            told = {"network": network, "columns": columns, "pixels": "grey,0..1"}
            folder = import_network(home / "network.onnx", home / "shelf", **told)
            evaluate(folder)
            store_corruption_predictions(folder, faces=70)
    return home / "shelf"


@pytest.fixture
def with_imported(here, imported_shelf, monkeypatch) -> Path:
    monkeypatch.setenv("FER_CHECKPOINTS", str(imported_shelf))
    return imported_shelf


@pytest.mark.parametrize("page", ["overview", "confusion", "differences", "paired", "calibration", "robustness"])
def test_an_imported_network_stands_on_the_pages_of_all(with_imported, page):
    app = open_page(page)
    errors = [error.value for error in app.error]
    assert not app.exception and all("makes no mistake" in one for one in errors)  # so that no temperature fits
    shown = words(app) + str([element.options for kind in ("selectbox", "multiselect") for element in app.get(kind)])
    assert "stripes" in shown


def test_pages_that_need_layers_say_why_it_is_not_there_and_send_nobody_to_a_command_that_refuses_it(with_imported):
    reason = "was imported as ONNX, which gives answers only, so it has no features of PrivateTest"
    app = open_page("embedding")
    assert reason in words(app) and not any("fer embed stripes" in error.value for error in app.error)
    shown = words(open_page("network", name="stripes"))
    assert "gives answers and no gradients, so nothing is attributed to regions" in shown
    assert "on elsewhere" not in shown and "epochs" not in shown.partition("How it was trained")[2]


def test_the_face_lab_opens_with_methods_that_need_no_gradient_and_scores_their_maps(with_imported):
    name = "stripes.fer2013-imported"
    app = open_page("face_lab", networks=name, whole="yes")
    assert app.multiselect(key="methods").value == list(WITHOUT_GRADIENTS)
    assert not app.exception and not app.error and "no gradients" not in words(app)
    scored = open_page("face_lab", networks=name, whole="yes", scores="yes", methods=["saliency", "occlusion"])
    assert not scored.exception and not scored.error
    shown = words(scored)
    assert "Gradient (saliency) cannot explain this network: it was imported as ONNX" in shown
    assert "of 1 maps" in shown and "The weights of stripes could not be exchanged." in shown
    assert all(f"<span>{measure}</span>" in shown for measure in ("Deletion", "Insertion", "Infidelity", "Sensitivity"))


def test_the_training_page_leaves_it_out(with_imported, own_shelf):
    shutil.copytree(with_imported / "stripes.fer2013-imported", own_shelf / "stripes.fer2013-imported")
    app = open_page("training")
    assert not app.exception and "stripes" not in words(app)
