"""Files of Keras, TF.js, TFLite and face-api.js answer as ONNX what PyTorch computes from the same weights."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support import foreign_networks as foreign

from fer_core.errors import CheckpointError
from fer_core.onnx.conversion import read_foreign, read_onnx
from fer_core.onnx.flat_tables import Table
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import OnnxSession
from fer_core.onnx.tensorflow_graph import TensorFlowGraph

GIVEN = foreign.weights()


def answers_of(path, x):
    content = read_onnx(path)
    return OnnxSession(content, inspect_graph(content)).run(x)


def close(path, x, expected):
    np.testing.assert_allclose(answers_of(path, x), expected, atol=foreign.TOLERANCE)
    assert np.ptp(expected, axis=0).max() > 0.01  # so that a network that ignores its picture would not do


@pytest.fixture
def keras(tmp_path):
    pytest.importorskip("h5py", reason="Keras files are read with h5py (requirements-peers.txt)")

    def write(**told):
        path = tmp_path / "network.h5"
        path.write_bytes(foreign.keras_bytes(GIVEN, **told))
        return path

    return write


@pytest.mark.parametrize("flat", [False, True])
def test_keras(keras, flat):
    x = foreign.pictures()
    close(keras(flat=flat), x, foreign.answers(x, GIVEN, norm=True, flat=flat))


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (("Lambda", {"function": "boom"}), "Lambda: Python code"),
        (("LSTM", {}), "is a LSTM; converted are Conv2D"),
        (("Activation", {"activation": "mish"}), "activation mish is not converted"),
        (("ReLU", {"max_value": 3.0}), "maximum 3.0"),
        (("BatchNormalization", {"axis": 1, "epsilon": 1e-3}), "axis 1 is not converted"),
        (("BatchNormalization", {"axis": -1, "epsilon": 1e-3}), "damaged: KeyError"),
    ],
)
def test_keras_layers_that_are_not_converted_are_named(keras, layer, reason):
    with pytest.raises(CheckpointError, match=reason):
        read_onnx(keras(layers={"drop": layer}))


def test_keras_weights_outside_the_file_are_not_followed(keras, tmp_path):
    import h5py

    path = keras()
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other.create_dataset("kernel", data=GIVEN["last"])
    with h5py.File(path, "a") as file:
        del file["model_weights/dense/dense/kernel:0"]
        file["model_weights/dense/dense/kernel:0"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "kernel")
    with pytest.raises(CheckpointError, match="do not lie in the file itself"):
        read_onnx(path)


def test_a_keras_file_of_weights_only_is_told(tmp_path):
    h5py = pytest.importorskip("h5py", reason="Keras files are read with h5py (requirements-peers.txt)")
    with h5py.File(tmp_path / "network.h5", "w") as file:
        file.create_group("model_weights")
    with pytest.raises(CheckpointError, match="no layers"):
        read_onnx(tmp_path / "network.h5")


def test_tfjs(tmp_path):
    path, restored = foreign.write_tfjs(tmp_path, GIVEN)
    x = foreign.pictures()
    close(path, x, foreign.answers(x, restored, norm=False))
    assert np.abs(restored["first"] - GIVEN["first"]).max() > 1e-4  # 8 bits move it, and the converter restores them


def test_a_tfjs_operator_that_is_not_converted_is_named(tmp_path):
    path, _ = foreign.write_tfjs(tmp_path, GIVEN, operator="Erf")
    with pytest.raises(CheckpointError, match="operator Erf"):
        read_onnx(path)


@pytest.mark.parametrize("name", ["../weights.bin", "/etc/hostname", "missing.bin"])
def test_tfjs_weights_lie_beside_their_json(tmp_path, name):
    path, _ = foreign.write_tfjs(tmp_path, GIVEN)
    data = json.loads(path.read_text())
    data["weightsManifest"][0]["paths"] = [name]
    path.write_text(json.dumps(data))
    with pytest.raises(CheckpointError, match="beside the JSON file"):
        read_onnx(path)


def test_weights_that_were_cut_short_are_told(tmp_path):
    path, _ = foreign.write_tfjs(tmp_path, GIVEN)
    weights = tmp_path / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="beyond the end"):
        read_onnx(path)


@pytest.mark.parametrize("is_unsigned", [False, True])
def test_tflite(tmp_path, is_unsigned):
    content, restored = foreign.tflite_bytes(GIVEN, is_unsigned=is_unsigned)
    path = tmp_path / "network.tflite"
    path.write_bytes(content)
    x = foreign.pictures()
    close(path, x, foreign.answers(x, restored, norm=False))
    assert np.abs(restored["first"] - GIVEN["first"]).max() > 1e-4


def test_a_tflite_operator_that_is_not_converted_is_named(tmp_path):
    (tmp_path / "network.tflite").write_bytes(foreign.tflite_bytes(GIVEN, last_code=96)[0])
    with pytest.raises(CheckpointError, match="operator 96 is not converted"):
        read_onnx(tmp_path / "network.tflite")


@pytest.mark.parametrize("cut", [9, 60, 400])
def test_a_damaged_tflite_ends_in_a_sentence(tmp_path, cut):
    content = foreign.tflite_bytes(GIVEN)[0]
    (tmp_path / "network.tflite").write_bytes(content[:cut])
    with pytest.raises(CheckpointError):
        read_onnx(tmp_path / "network.tflite")


def test_offsets_outside_a_buffer_are_errors():
    with pytest.raises(ValueError, match="behind the file"):
        Table.root(b"\xff\xff\xff\x7f").integer(0, "i")


def test_face_api(tmp_path):
    path, restored = foreign.write_face_api(tmp_path)
    x = np.repeat(np.repeat(128 + 60 * foreign.pictures(2, 3, 7), 16, axis=2), 16, axis=3)
    close(path, x, foreign.face_api_answers(x, restored))


def test_a_manifest_of_another_network_is_told(tmp_path):
    path, _ = foreign.write_face_api(tmp_path)
    data = json.loads(path.read_text())
    data[0]["weights"][0]["name"] = "dense0/conv0/kernel"
    path.write_text(json.dumps(data))
    with pytest.raises(CheckpointError, match="no expression network"):
        read_foreign(path)


def test_one_file_gives_the_same_bytes_each_time(tmp_path):
    path, _ = foreign.write_tfjs(tmp_path, GIVEN)
    assert read_onnx(path) == read_onnx(path)


@pytest.mark.parametrize("corners", ["half_pixel", "asymmetric"])
@pytest.mark.parametrize("size", [112, 111, 200, 20])
def test_resizing_is_bilinear_with_pixels_where_they_are_said_to_lie(corners, size):
    graph = TensorFlowGraph(1, 48)
    resized = graph.resize(graph.input, size, corners)
    content = graph.model(graph.flatten(resized)).SerializeToString()
    x = foreign.pictures(1, 1, 48)
    found = OnnxSession(content, inspect_graph(content)).run(x).reshape(size, size)
    np.testing.assert_allclose(found, bilinear(x[0, 0], size, corners), atol=1e-4)


def bilinear(x, size, corners):
    at = np.arange(size) * (48 / size)
    if corners == "half_pixel":
        at = np.clip((np.arange(size) + 0.5) * (48 / size) - 0.5, 0, 47)
    low = np.floor(at).astype(int)
    part, high = at - low, np.minimum(low + 1, 47)
    rows = x[low] * (1 - part)[:, None] + x[high] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, high] * part
