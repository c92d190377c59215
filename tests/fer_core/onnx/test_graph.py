"""What an ONNX file says of itself, and which files are refused with which remedy."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from support.onnx_networks import SIZE, as_bytes, changed, stripes_network

from fer_core.errors import CheckpointError
from fer_core.onnx.conversion import read_onnx
from fer_core.onnx.graph import inspect_graph


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("batch", [None, 1, 4])
def test_a_graph_says_its_layout_size_batch_and_cost(layout, batch):
    info = inspect_graph(stripes_network(layout=layout, channels=3, batch=batch))
    assert (info.layout, info.channels, info.size_px, info.batch) == (layout, 3, SIZE, batch)
    assert (info.classes, info.opset, info.ends_in_softmax) == (7, 17, False)
    assert info.macs == 3 * SIZE * SIZE * 7
    assert info.params == info.macs + 3  # and three numbers that every score shares


def test_a_final_softmax_is_seen():
    assert inspect_graph(stripes_network(probabilities=True)).ends_in_softmax


def test_multiply_adds_of_a_convolution_count_kernel_and_groups():
    info = inspect_graph(convolution(groups=2))
    assert info.macs == 4 * SIZE * SIZE * 9 * 4 // 2 + 4 * 7


def convolution(groups: int) -> bytes:
    """3 -> 4 channels at the full size, the same again in groups, mean, linear; the first is 1 x 1 of one channel."""
    stored = {"k": np.ones((4, 4 // groups, 3, 3)), "w": np.ones((7, 4)), "up": np.ones((1, 1, 1, 1))}
    nodes = [
        helper.make_node("Concat", ["faces"] * 4, ["four"], axis=1),
        helper.make_node("Conv", ["four", "k"], ["map"], pads=[1, 1, 1, 1], group=groups),
        helper.make_node("GlobalAveragePool", ["map"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w"], ["answers"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "convolution",
        [helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 1, SIZE, SIZE])],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 7])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in stored.items()],
    )
    return as_bytes(graph)


def _dims(model, *sizes):
    shape = model.graph.input[0].type.tensor_type.shape
    shape.ClearField("dim")
    for size in sizes:
        shape.dim.add(**({"dim_value": size} if size else {"dim_param": "n"}))


def _node(model, kind, domain=""):
    model.graph.node[-1].op_type, model.graph.node[-1].domain = kind, domain


def _external(model):
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"


def _second_input(model):
    model.graph.input.add().CopyFrom(helper.make_tensor_value_info("age", TensorProto.FLOAT, ["n", 1]))


def _second_output(model):
    model.graph.output.add().CopyFrom(helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 7]))


def _bytes_in(model):
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: _dims(m, None, 1, 48, 40), "must be a square"),
        (lambda m: _dims(m, None, 5, 48, 48), "C 1 or 3"),
        (lambda m: _dims(m, None, 2304), "C 1 or 3"),
        (lambda m: _dims(m, None, 1, 2048, 2048), "up to 1024"),
        (lambda m: _node(m, "Reveal", "com.example"), "custom operators of com.example"),
        (lambda m: _node(m, "Loop"), "without end"),
        (_external, "another file"),
        (_second_input, "takes 2 inputs"),
        (_second_output, "gives 2 outputs"),
        (_bytes_in, "must be float"),
        (lambda m: setattr(m.opset_import[0], "version", 5), "opset is 5"),
        (lambda m: _node(m, "NoSuchOperator"), "contradicts itself"),
    ],
)
def test_a_graph_that_is_no_classifier_of_one_picture_is_refused(change, reason):
    with pytest.raises(CheckpointError, match=reason):
        inspect_graph(changed(stripes_network(), change))


def test_reasons_are_named_together():
    def change(model):
        _external(model)
        _bytes_in(model)

    with pytest.raises(CheckpointError, match="2 reasons(.|\n)*another file(.|\n)*must be float"):
        inspect_graph(changed(stripes_network(), change))


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "command"),
    [
        (pickle.dumps({"weights": 1}), "pickle", "torch.onnx.export"),
        (_zip(network__data_pkl=b"", **{"network/data.pkl": b""}), "pickle", "torch.onnx.export"),
        (_zip(**{"network/code/net.py": b"", "network/data.pkl": b""}), "TorchScript", "torch.jit.load"),
        (_zip(**{"config.json": b"{}"}), "keras", "export"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x00{}", "safetensors", "torch.onnx.export"),
    ],
)
def test_other_formats_are_told_apart_and_never_opened(tmp_path, content, kind, command):
    path = tmp_path / "network.onnx"
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as error:
        read_onnx(path)
    assert kind in str(error.value) and command in str(error.value)


@pytest.mark.parametrize("content", [b"", b"not a network", bytes(100), stripes_network()[:200]])
def test_bytes_that_are_no_onnx_end_in_a_sentence(content):
    with pytest.raises(CheckpointError, match="ONNX"):
        inspect_graph(content)


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(CheckpointError, match="--saved-model"):
        read_onnx(tmp_path)
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_onnx(tmp_path / "none.onnx")
