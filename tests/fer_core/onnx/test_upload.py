"""An uploaded network is read in a process of its own, and nothing that a file holds ends another one."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from support.foreign_networks import tflite_bytes, weights
from support.onnx_networks import SIZE, as_bytes, changed, stripes_network

from fer_core.errors import CheckpointError
from fer_core.onnx import upload
from fer_core.onnx.conversion import onnx_of_upload
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.upload import answer, read_upload


def test_a_file_is_read_and_asked_once():
    content = stripes_network(layout="NHWC", channels=3)
    found = read_upload("a.onnx", content)
    assert (found.content, found.info) == (content, inspect_graph(content))
    assert found.ms is not None and found.ms > 0


def test_a_converted_file_comes_back_as_onnx():
    content, _ = tflite_bytes(weights())
    found = read_upload("a.tflite", content)
    assert found.content == onnx_of_upload("a.tflite", content) != content and found.info.classes == 7


def memory_bomb() -> bytes:
    """A small file whose answer needs 8 GB: the sum of so many zeros is added to its scores."""
    stored = {"shape": np.array([2**31]), "weights": np.zeros((SIZE * SIZE, 7), np.float32)}
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=0),
        helper.make_node("Flatten", ["faces"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "sum"], ["answers"]),
    ]
    graph = helper.make_graph(
        nodes,
        "bomb",
        [helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 1, SIZE, SIZE])],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 7])],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    return as_bytes(graph)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_graph_that_asks_for_all_memory_is_refused():
    with pytest.raises(CheckpointError, match="onnxruntime cannot run this network|MB of memory|ends the process"):
        read_upload("bomb.onnx", memory_bomb())


def test_one_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(upload, "LIMITS", upload.Limits(cpu_s=60, wall_s=0.01, memory_bytes=2 * 10**9))
    with pytest.raises(CheckpointError, match=r"a.onnx is refused: it takes more than 60 seconds"):
        read_upload("a.onnx", stripes_network())


def _loop_in_a_function(model):
    function = model.functions.add(name="Hidden", domain="com.microsoft")
    function.node.append(helper.make_node("Loop", ["a"], ["b"]))


def _weights_of_a_terabyte(model):
    model.graph.initializer[0].dims[0] = 2**40


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("random.onnx", np.random.default_rng(0).bytes(10_000), "no whole ONNX file"),
        ("empty.onnx", b"", "no operator is in it"),
        ("old.onnx", b"\x80\x02}q\x00.", "a pickle, which runs code as it is read"),
        ("manifest.json", b'[{"weights": [], "paths": ["/etc/passwd"]}]', "lie in several files"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(100), "no whole Keras file|requirements-peers.txt"),
        ("a.tflite", b"\x1c\0\0\0TFL3" + bytes(100), "no whole TFLite file"),
        ("loop.onnx", changed(stripes_network(), _loop_in_a_function), "holds Loop"),
        ("huge.onnx", changed(stripes_network(), _weights_of_a_terabyte), "contradicts itself"),
    ],
)
def test_what_is_refused_is_a_sentence(name, content, reason):
    said = json.loads(answer(json.dumps({"name": name, "size_px": None}).encode() + b"\n" + content))
    assert set(said) == {"error"}
    with pytest.raises(CheckpointError, match=reason):
        raise CheckpointError(said["error"])
