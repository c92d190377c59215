"""An ONNX file becomes a checkpoint like any other: verified, evaluated, explained by its answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.onnx_networks import striped_faces, stripes_network, write_stripes

from fer_core import checkpoints, cli
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.onnx_weights import load_onnx
from fer_core.errors import CheckpointError, ConfigError, FerError
from fer_core.explain.attribution import attribute
from fer_core.inference.importing import column_names, import_network
from fer_core.inference.predictor import Predictor, evaluate, store_features
from fer_core.inference.quantize import quantize
from fer_core.labels import FER2013
from fer_core.report.bundle import bundle
from fer_core.report.bundle_check import verify_bundle
from fer_core.robustness.predict import store_corruption_predictions

ALPHABETICAL = [FER2013.index(name) for name in sorted(FER2013)]


@pytest.fixture
def world(tmp_path, monkeypatch) -> Path:
    """A place with striped faces as FER2013 and a network's file that reads them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FER_DATA", str(write_stripes(tmp_path)))
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    (tmp_path / "network.onnx").write_bytes(stripes_network())
    return tmp_path


def imported(world: Path, content: bytes | None = None, **told: object) -> Path:
    if content:
        (world / "network.onnx").write_bytes(content)
    given = {"network": "stripes", "columns": FER2013, "pixels": "grey,0..1", **told}
    return import_network(world / "network.onnx", world / "checkpoints", **given)


def test_the_command_makes_a_true_card_with_a_validation_score(world, capsys):
    assert cli.main(["import", "network.onnx", "--name", "stripes"]) == 0
    assert "accuracy 100.00% on PublicTest (n = 210)" in capsys.readouterr().out
    card = read_card(world / "checkpoints" / "stripes.fer2013-imported")
    assert (card.runtime, card.expressions, card.input.size_px) == ("onnx", FER2013, 48)
    assert set(card.scores) == {"PublicTest"} and card.training.epochs == 0
    assert checkpoints.verify(card.folder) == []


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("probabilities", [False, True])
def test_layout_order_and_output_are_brought_to_the_sets_own(world, layout, probabilities):
    content = stripes_network(ALPHABETICAL, layout=layout, channels=3, probabilities=probabilities)
    folder = imported(world, content, columns=column_names("alphabetical"))
    card = read_card(folder)
    assert card.network.config["columns"] == sorted(FER2013) and card.expressions == FER2013
    assert card.network.config["output"] == ("probabilities" if probabilities else "logits")
    assert card.scores["PublicTest"].accuracy.value == 1
    face = striped_faces(1).images[0]
    prediction = Predictor(folder).predict(face)
    assert prediction.expression == "angry" and prediction.probabilities.sum() == pytest.approx(1)


def test_probabilities_come_out_as_the_file_gave_them(world):
    logits, probabilities = (
        imported(world, stripes_network(probabilities=one), tag=f"t{one}") for one in (False, True)
    )
    face = striped_faces(3).images[2]
    one, other = (Predictor(folder).predict(face).probabilities for folder in (logits, probabilities))
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_it_is_evaluated_asked_under_corruption_and_listed_like_any_other(world, capsys):
    folder = imported(world)
    assert evaluate(folder).accuracy == 1 and evaluate(folder).is_reproduced
    stored = store_corruption_predictions(folder, faces=70)
    assert stored.answers["clean"].shape == (140,)
    assert cli.main(["list"]) == 0
    assert "stripes.fer2013-imported" in capsys.readouterr().out
    assert checkpoints.verify(folder) == []


def test_a_bundle_of_it_is_true(world):
    folder = imported(world)
    (world / "bundle.zip").write_bytes(bundle([read_card(folder)]))
    assert verify_bundle(world / "bundle.zip") == []


@pytest.mark.parametrize(("method", "share"), [("occlusion", 0.95), ("shapley", 0.95), ("rise", 0.7)])
def test_methods_that_need_answers_only_explain_it(world, method, share):
    predictor = Predictor(imported(world))
    face = striped_faces(3).images[2]
    values = attribute(predictor, predictor.to_input(face), 2, method).values
    assert abs(values[8:24]).sum() > share * abs(values).sum()  # squares of 8 px that touch its stripe, 12 to 18


@pytest.mark.parametrize(
    "method", ["grad_cam", "layer_cam", "guided_grad_cam", "saliency", "integrated_gradients", "smooth_grad"]
)
def test_methods_that_need_gradients_say_why_not(world, method):
    predictor = Predictor(imported(world))
    with pytest.raises(ConfigError, match="answers and no gradients"):
        attribute(predictor, predictor.to_input(striped_faces(1).images[0]), 0, method)


@pytest.mark.parametrize("act", [store_features, quantize])
def test_what_needs_layers_or_weights_says_so(world, act):
    with pytest.raises(CheckpointError, match="imported as ONNX"):
        act(imported(world))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"columns": FER2013[:6]}, "names 6 outputs"),
        ({"columns": (*FER2013[:6], "angry")}, "each must stand once"),
        ({"columns": (*FER2013[:6], "contempt")}, "each must stand once"),
        ({"pixels": "bgr,0..1"}, "says no input"),
        ({"pixels": "grey,0.5/0"}, "says no input"),
        ({"pixels": "rgb,0..1"}, "color='rgb' with channels=1"),
        ({"size_px": 64}, "reads 48 px"),
        ({"network": "mobilenet_v2"}, "a network of this project"),
        ({"network": "../up"}, "not a checkpoint's name"),
        ({"data": "ckplus"}, "raf-db|ckplus|is not|missing|no official"),
    ],
)
def test_what_cannot_be_true_of_the_file_is_refused_before_anything_is_written(world, told, reason):
    with pytest.raises(FerError, match=reason):
        imported(world, **told)
    assert list((world / "checkpoints").glob("*/card.json")) == []


def test_a_mean_and_a_deviation_say_a_scale_that_has_no_name(world):
    card = read_card(imported(world, pixels="grey,0.25/0.5"))
    assert (card.input.mean, card.input.std) == ((0.25,), (0.5,))


def test_labels_are_told_by_a_sets_name_or_one_by_one():
    assert column_names("rafdb")[0] == "surprise" and column_names("alphabetical")[0] == "angry"
    assert column_names("Anger, happiness,-") == ("angry", "happy", "-")
    with pytest.raises(ConfigError, match="'joy' \\(happy"):
        column_names("angry,joy")


def test_an_output_that_stands_for_nothing_is_left_out(world):
    folder = imported(world, stripes_network([3, *range(7)]), columns=("-", *FER2013))
    card = read_card(folder)
    assert card.network.config["num_classes"] == 8 and card.scores["PublicTest"].accuracy.value == 1


def test_another_file_in_its_place_is_noticed(world):
    folder = imported(world)
    (folder / "model.onnx").write_bytes(stripes_network(ALPHABETICAL))
    assert any("SHA-256" in one or "bytes" in one for one in checkpoints.verify(folder))
    with pytest.raises(CheckpointError, match="its card says"):
        load_onnx(read_card(folder))


def test_a_pickle_is_refused_with_the_command_that_makes_an_onnx(world, capsys):
    (world / "network.pt").write_bytes(b"\x80\x04K\x01.")
    assert cli.main(["import", "network.pt", "--name", "stripes"]) == 2
    said = capsys.readouterr().err
    assert "pickle" in said and "torch.onnx.export" in said
