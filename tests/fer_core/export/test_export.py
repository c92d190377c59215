"""A checkpoint exported as ONNX answers as PyTorch does, and the record says by how much it does not."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from support.checkpoint import INPUT, publish_sample
from support.paths import toy_faces

from fer_core import checkpoints, cli
from fer_core.checkpoints import looks
from fer_core.errors import ConfigError
from fer_core.export import measure, record
from fer_core.export.to_onnx import onnx_model
from fer_core.inference.predictor import predict_split
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import OnnxSession


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The sample checkpoint, scored on toy faces and exported in both precisions, with its record's file."""
    home = tmp_path_factory.mktemp("export")
    folder = publish_sample(home / "checkpoints")
    network, card = checkpoints.load_network(folder)
    test = toy_faces(70, seed=3, split="PrivateTest")
    checkpoints.add_split(folder, "PrivateTest", predict_split(network, card.input.spec, test))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_TEST_LOOKS", str(home / "looks.jsonl"))
        patch.setattr(measure, "faces_of", lambda card, split, root: toy_faces(70, seed=3, split=split))
        patch.setattr(record, "PATH", home / "exports.json")
        patch.setenv("FER_CHECKPOINTS", str(home / "checkpoints"))
        code = cli.main(["export", folder.name, "--int8", "--out", str(home / "out")])
        assert code == 0
        return folder, home, record.read_exports(home / "exports.json")[folder.name]


def test_the_float_file_gives_every_answer_again(exported):
    folder, home, found = exported
    card = checkpoints.list_checkpoints(folder.parent)[0]
    assert found.float32.changed_answers == found.float32.only_file == found.float32.only_original == 0
    assert found.float32.largest_logit_difference < 1e-4 and found.float32.p == 1
    assert found.float32.accuracy == card.scores["PrivateTest"].accuracy
    assert found.weights == card.weights.sha256 and found.split == "PrivateTest"


def test_the_files_are_those_of_the_record_and_int8_is_smaller(exported):
    folder, home, found = exported
    for ending, entry in ((".onnx", found.float32), (".int8.onnx", found.int8)):
        path = home / "out" / f"{folder.name}{ending}"
        assert path.stat().st_size == entry.bytes
        assert inspect_graph(path.read_bytes()).batch is None
    assert found.int8.bytes < 0.7 * found.float32.bytes
    assert found.int8.calibration.split == "Training" and found.int8.calibration.faces == 70


def test_the_int8_entry_is_what_its_file_answers(exported):
    folder, home, found = exported
    faces = torch.from_numpy(np.stack([images for images in _inputs()]))
    logits = {}
    for ending in (".onnx", ".int8.onnx"):
        content = (home / "out" / f"{folder.name}{ending}").read_bytes()
        logits[ending] = OnnxSession(content, inspect_graph(content)).run(faces.numpy())
    gap = np.abs(logits[".onnx"] - logits[".int8.onnx"]).max()
    assert found.int8.largest_logit_difference == pytest.approx(gap, rel=1e-5) and gap > 1e-4
    moved = logits[".onnx"].argmax(1) != logits[".int8.onnx"].argmax(1)
    assert found.int8.changed_answers == moved.sum()


def _inputs() -> np.ndarray:
    from fer_core.images.preprocessing import images_to_input

    return images_to_input(toy_faces(70, seed=3).images, INPUT)


def test_each_file_is_a_look_at_the_test_split(exported):
    folder, home, found = exported
    log = looks.read(home / "looks.jsonl")
    assert [(one.why, one.n) for one in log.looks] == [(looks.AGAIN, 70), (looks.ROUNDED, 70)]
    assert log.looks[1].weights_sha256 == found.int8.sha256 and log.looks[1].precision == "int8"


def test_the_file_holds_no_path_of_this_machine(exported):
    folder, home, _ = exported
    content = (home / "out" / f"{folder.name}.onnx").read_bytes()
    assert b"fer_core" not in content and b"site-packages" not in content


def test_a_checkpoint_without_a_test_score_is_not_exported(tmp_path, own_log_of_looks):
    with pytest.raises(ConfigError, match="fer evaluate"):
        measure.export(publish_sample(tmp_path), tmp_path / "out", with_int8=False)


@pytest.mark.parametrize(
    ("part", "entries", "reason"),
    [
        ("int8", {"only_file": 40}, "difference is"),
        ("int8", {"changed_answers": 71}, "changed_answers is 71"),
        ("int8", {"calibration": None}, "int8.calibration is null"),
        ("float32", {"calibration": {"method": "any", "split": "Training", "faces": 1}}, "only int8 is calibrated"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(exported, tmp_path, part, entries, reason):
    _, home, found = exported
    wrong = found.model_dump()
    wrong[part] |= entries
    (tmp_path / "exports.json").write_text(json.dumps({"mini_xception.fer2013-test": wrong}))
    with pytest.raises(ConfigError, match=reason):
        record.read_exports(tmp_path / "exports.json")


def test_every_selu_of_the_network_that_has_them_is_rewritten():
    from fer_core import models
    from fer_core.images.preprocessing import InputSpec

    network = models.build("i_mobilenet_v2-s16").eval()
    model, count = onnx_model(network, InputSpec(48, 3, "grey", (0.5,), (0.25,)))
    assert count == sum(isinstance(module, torch.nn.SELU) for module in network.modules()) == 46
    assert {"Selu", "BatchNormalization"}.isdisjoint(node.op_type for node in model.graph.node)
