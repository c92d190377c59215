"""Small ONNX networks made here, without PyTorch: they read the stripe of `paths.toy_faces`, and are right on all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from support.paths import toy_faces

from fer_core.data import FaceDataset
from fer_core.images.preprocessing import InputSpec
from fer_core.labels import FER2013

SIZE, STRIPE = 48, 6
BRIGHT, REACH = 0.76, 0.25  # of pixels scaled to 0..1: a stripe's brightness, and how far from it still counts


def striped_faces(n: int = 210, split: str = "PublicTest", seed: int = 1) -> FaceDataset:
    """Faces that the networks of this module read."""
    return toy_faces(n, seed, split)


def stripes_network(  # noqa: PLR0913 - one mutation each; keyword-only
    order: Sequence[int] = range(7),
    *,
    layout: str = "NCHW",
    channels: int = 1,
    batch: int | None = None,
    probabilities: bool = False,
    right_half: bool = False,
    noise: bool = False,
    batch_mean: bool = False,
    opset: int = 17,
) -> bytes:
    """Return a network that sees which stripe is bright; it wants pixels scaled to 0..1.

    score_k = 8 max(0, REACH - |mean brightness of stripe k - BRIGHT|), so that other scales are out of reach.

    Args:
        order: output k is the expression `order[k]` of FER2013. right_half: it reads that half of the face only, so a
            face and its mirror image get other scores. noise: random numbers are added to the scores.
        batch_mean: scores are taken from the mean of their batch, as batch norm does in training mode.
    """
    weights = _weights(order, layout, channels, right_half)
    nodes = [
        helper.make_node("Flatten", ["faces"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["means"]),
        helper.make_node("Sub", ["means", "bright"], ["off"]),
        helper.make_node("Abs", ["off"], ["distance"]),
        helper.make_node("Sub", ["reach", "distance"], ["near"]),
        helper.make_node("Relu", ["near"], ["seen"]),
        helper.make_node("Mul", ["seen", "gain"], ["scores"]),
    ]
    if noise:
        nodes += [
            helper.make_node("RandomNormalLike", ["scores"], ["noise"], scale=0.5),
            helper.make_node("Add", ["scores", "noise"], ["noisy"]),
        ]
    if batch_mean:
        nodes += [
            helper.make_node("ReduceMean", ["scores"], ["centre"], axes=[0]),
            helper.make_node("Sub", ["scores", "centre"], ["centred"]),
        ]
    last = nodes[-1].output[0]
    nodes.append(helper.make_node("Softmax" if probabilities else "Identity", [last], ["answers"]))
    stored = {"weights": weights, "bright": BRIGHT, "reach": REACH, "gain": 8.0}
    side = [batch or "n", channels, SIZE, SIZE] if layout == "NCHW" else [batch or "n", SIZE, SIZE, channels]
    graph = helper.make_graph(
        nodes,
        "stripes",
        [helper.make_tensor_value_info("faces", TensorProto.FLOAT, side)],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, [batch or "n", len(order)])],
        [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in stored.items()],
    )
    return as_bytes(graph, opset)


def _weights(order: Sequence[int], layout: str, channels: int, right_half: bool) -> np.ndarray:
    weights = np.zeros((channels, SIZE, SIZE, len(order)), np.float32)
    start = SIZE // 2 if right_half else 0
    for place, label in enumerate(order):
        weights[:, label * STRIPE : (label + 1) * STRIPE, start:, place] = 1
    weights /= channels * STRIPE * (SIZE - start)
    turned = weights if layout == "NCHW" else weights.transpose(1, 2, 0, 3)
    return turned.reshape(-1, len(order))


def two_layer_network(spec: InputSpec) -> bytes:
    """Return a convolution and a linear layer with random weights, which see every pixel."""
    rng, half = np.random.default_rng(spec.size_px), spec.size_px // 2
    stored = {
        "body.weight": rng.normal(size=(4, spec.channels, 2, 2)) / spec.channels,
        "head.weight": rng.normal(size=(4 * half * half, len(FER2013))) / half,
    }
    nodes = [
        helper.make_node("Conv", ["faces", "body.weight"], ["seen"], "conv", strides=[2, 2]),
        helper.make_node("Relu", ["seen"], ["kept"], "relu"),
        helper.make_node("Flatten", ["kept"], ["flat"], "flatten"),
        helper.make_node("Gemm", ["flat", "head.weight"], ["logits"], "linear"),
    ]
    side = ["n", spec.channels, spec.size_px, spec.size_px]
    graph = helper.make_graph(
        nodes,
        "two layers",
        [helper.make_tensor_value_info("faces", TensorProto.FLOAT, side)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(FER2013)])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in stored.items()],
    )
    return as_bytes(graph)


def as_bytes(graph: onnx.GraphProto, opset: int = 17, domains: Sequence[str] = ()) -> bytes:
    """Return a model file of a graph; `domains` are of further operators."""
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8).SerializeToString()


def changed(content: bytes, change: object) -> bytes:
    """Return a file whose model went through `change(model)`."""
    model = onnx.load_model_from_string(content)
    change(model)
    return model.SerializeToString()


def write_stripes(root: Path) -> Path:
    """Write a fer2013.csv of striped faces below root/data; returns root/data."""
    lines = ["emotion,pixels,Usage"]
    for seed, (split, n) in enumerate({"Training": 70, "PublicTest": 210, "PrivateTest": 140}.items()):
        faces = striped_faces(n, split, seed)
        pixels = (" ".join(map(str, image.ravel())) for image in faces.images)
        lines += [f"{label},{row},{split}" for label, row in zip(faces.labels, pixels, strict=True)]
    (root / "data" / "fer2013").mkdir(parents=True)
    (root / "data" / "fer2013" / "fer2013.csv").write_text("\n".join(lines) + "\n")
    return root / "data"
