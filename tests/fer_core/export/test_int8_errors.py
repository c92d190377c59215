"""Where 8 bits lose: by which layer, by which way to find ranges, and that the record tells no less."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from support.checkpoint import INPUT, publish_sample
from support.onnx_networks import two_layer_network
from support.paths import toy_faces

from fer_core import cli
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError
from fer_core.export import int8_errors as record
from fer_core.export import measure, measure_int8_errors
from fer_core.export.int8_errors import MEAN_RANGE, WHOLE_RANGE
from fer_core.export.measure_int8_errors import decibels, named_layers
from fer_core.export.static_int8 import batches, prepared, quantized
from fer_core.images.preprocessing import images_to_input
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import OnnxSession


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What the command stores of the sample checkpoint, for which two layers stand in."""
    home = tmp_path_factory.mktemp("int8")
    folder = publish_sample(home / "checkpoints")
    model = onnx.load_model_from_string(two_layer_network(INPUT))
    with pytest.MonkeyPatch.context() as patch:
        for module in (measure, measure_int8_errors):
            patch.setattr(module, "faces_of", lambda card, split, root: toy_faces(70, seed=3, split=split))
        patch.setattr(measure_int8_errors, "onnx_model", lambda network, spec: (model, 0))
        patch.setattr(record, "PATH", home / "int8-errors.json")
        assert cli.main(["int8-error", str(folder)]) == 0
        return read_card(folder), record.read_int8_errors(home / "int8-errors.json")[folder.name]


def test_each_layer_that_rounds_is_told_alone_and_together(measured):
    card, found = measured
    assert [(one.name, one.operator, one.kind) for one in found.layers] == [
        ("body", "Conv", "first layer"),
        ("head", "Gemm", "last layer"),
    ]
    assert found.weights == card.weights.sha256 and (found.split, found.faces) == ("Training", 63)
    # Of noise that adds up, all layers together make no less than the worst alone; half a decibel is for luck.
    worst = found.worst(1)[0].alone_db
    assert 15 < found.logits_db < worst + 0.5
    assert all(one.activation_db > 15 for one in found.layers)


def test_calibrations_are_judged_by_validation_faces(measured):
    _, found = measured
    assert (found.validation, found.n) == ("PublicTest", 70)
    assert set(found.calibrations) == {MEAN_RANGE, WHOLE_RANGE}
    for score in found.calibrations.values():
        assert abs(score.right - found.right) <= score.changed < 70 and score.logits_db > 15


def test_a_rare_value_widens_the_steps_of_the_whole_range_only(tmp_path):
    """One of 512 faces is a hundred times as bright: averaged over 8 batches its reach is an eighth."""
    faces = images_to_input(toy_faces(512, seed=1).images, INPUT)
    faces[100] *= 100
    path = prepared(onnx.load_model_from_string(two_layer_network(INPUT)), tmp_path)
    expected = answers(onnx.load(path), faces[:64])
    averaged, whole = (
        decibels(expected, answers(quantized(path, faces, calibration=one), faces[:64]))
        for one in (MEAN_RANGE, WHOLE_RANGE)
    )
    assert averaged > whole + 10


def answers(model: onnx.ModelProto, faces: np.ndarray) -> np.ndarray:
    content = model.SerializeToString()
    return OnnxSession(content, inspect_graph(content)).run(faces)


def test_batches_are_of_about_one_size_and_lose_no_face():
    faces = np.arange(513, dtype=np.float32).reshape(-1, 1, 1, 1)
    found = [one["faces"] for one in batches(faces, "faces")]
    assert {len(one) for one in found} == {64, 65} and np.array_equal(np.concatenate(found), faces)


def test_gates_swishes_and_sums_are_called_so():
    steps = [
        ("Conv", ["faces", "stem.weight"], "a"), ("HardSigmoid", ["a"], "s"), ("Mul", ["a", "s"], "b"),
        ("GlobalAveragePool", ["b"], "p"), ("Conv", ["p", "gate.weight"], "g"), ("Sigmoid", ["g"], "h"),
        ("Mul", ["b", "h"], "c"), ("Conv", ["c", "wide.weight"], "d"), ("Add", ["d", "b"], "e"),
        ("Gemm", ["e", "head.weight"], "logits"),
    ]  # fmt: skip
    nodes = [helper.make_node(kind, given, [out], out) for kind, given, out in steps]
    nodes[7].attribute.append(helper.make_attribute("group", 8))
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("faces", "logits")]
    found = [(name, kind) for _, name, kind in named_layers(helper.make_graph(nodes, "parts", ends[:1], ends[1:]))]
    assert found == [
        ("stem", "first layer"), ("stem", "activation"), ("stem", "activation"), ("stem", "pooling"), ("gate", "gate"),
        ("gate", "gate"), ("stem", "product"), ("wide", "depthwise"), ("wide", "sum"), ("head", "last layer"),
    ]  # fmt: skip


@pytest.mark.parametrize(("entries", "reason"), [({"right": 71}, "right is 71"), ({"changed": 0}, "0 changed of 70")])
def test_a_record_that_contradicts_itself_is_refused(measured, tmp_path, entries, reason):
    wrong = measured[1].model_dump()
    score = wrong["calibrations"][WHOLE_RANGE]
    if "changed" in entries:
        score |= {**entries, "right": (wrong["right"] + 5) % 70}
    else:
        wrong |= entries
    (tmp_path / "int8-errors.json").write_text(json.dumps({"mini_xception.fer2013-test": wrong}))
    with pytest.raises(ConfigError, match=reason):
        record.read_int8_errors(tmp_path / "int8-errors.json")
