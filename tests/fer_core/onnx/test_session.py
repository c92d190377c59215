"""Answers through onnxruntime do not depend on layout, batch or neighbours; SELU is rewritten without a change."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from support.onnx_networks import as_bytes, striped_faces, stripes_network

from fer_core.errors import CheckpointError
from fer_core.images.preprocessing import InputSpec, images_to_input
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.rewrite import rewrite_selu
from fer_core.onnx.session import OnnxSession

SPEC = InputSpec(48, 1, "grey", (0.0,), (1.0,))


def answers(content: bytes, n: int = 10) -> np.ndarray:
    pictures = images_to_input(striped_faces(n).images, SPEC)
    return OnnxSession(content, inspect_graph(content)).run(pictures)


def test_every_layout_and_batch_gives_the_same_right_answers():
    plain = answers(stripes_network())
    assert np.array_equal(plain.argmax(1), striped_faces(10).labels)
    for layout, batch in (("NHWC", None), ("NCHW", 1), ("NCHW", 4), ("NHWC", 64)):
        np.testing.assert_allclose(answers(stripes_network(layout=layout, batch=batch)), plain, atol=1e-5)


def test_a_graph_that_onnxruntime_cannot_run_is_a_sentence():
    content = stripes_network()
    session = OnnxSession(content, inspect_graph(content))
    with pytest.raises(CheckpointError, match="onnxruntime cannot run"):
        session.run(np.zeros((2, 1, 40, 40), np.float32))


@pytest.mark.parametrize("told", [{}, {"alpha": 1.5, "gamma": 2.0}])
def test_selu_is_rewritten_and_answers_stay(told):
    def model() -> onnx.ModelProto:
        nodes = [
            helper.make_node("Selu", ["faces"], ["once"], **told),
            helper.make_node("Selu", ["once"], ["twice"], **told),
            helper.make_node("GlobalAveragePool", ["twice"], ["mean"]),
            helper.make_node("Flatten", ["mean"], ["answers"]),
        ]
        faces = helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 3, 8, 8])
        out = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 3])
        return onnx.load_model_from_string(as_bytes(helper.make_graph(nodes, "selu", [faces], [out])))

    pictures = np.random.default_rng(0).normal(scale=3, size=(5, 3, 8, 8)).astype(np.float32)
    before, after = model(), model()
    assert rewrite_selu(after) == 2 and not any(node.op_type == "Selu" for node in after.graph.node)
    one, other = (
        OnnxSession(content, inspect_graph(content)).run(pictures)
        for content in (before.SerializeToString(), after.SerializeToString())
    )
    np.testing.assert_allclose(other, one, atol=1e-5)
    assert rewrite_selu(after) == 0
