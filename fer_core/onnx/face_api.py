"""The expression network of face-api.js: its files hold weights only, its layers stand in its source. No torch.

    https://github.com/justadudewhohacks/face-api.js   src/faceExpressionNet, src/faceFeatureExtractor (MIT)

112 px, four blocks of four separable convolutions whose outputs are added up, mean, linear layer, softmax. What that
source does to pixels of 0..255 first, (x - mean of each colour) / 255, is part of the network here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.foreign_network import ForeignNetwork
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value
from fer_core.onnx.tfjs_weights import read_weights

SIZE_PX = 112
MEAN_RGB = np.array([122.782, 117.001, 104.298], np.float32)
BLOCKS, CONVOLUTIONS = 4, 4
FIRST = "dense0/conv0"

Weights = Mapping[str, np.ndarray]


def read_face_api(path: Path, manifest: Sequence[Mapping[str, Any]]) -> ForeignNetwork:
    """Read face_expression_model's manifest and the weights beside it.

    Raises:
        CheckpointError: if they are of another network of face-api.js, or see `read_weights`.
    """
    weights = read_weights(path, manifest)
    if f"{FIRST}/filters" not in weights or "fc/weights" not in weights:
        raise CheckpointError(f"{path} is no expression network of face-api.js; give face_expression_model's manifest")
    return ForeignNetwork("face-api.js", 3, SIZE_PX, partial(_apply, weights))


def _apply(weights: Weights, graph: TensorFlowGraph, x: Value) -> Value:
    try:
        x = graph.scale(graph.shift(x, -MEAN_RGB), np.full(3, 1 / 255, np.float32))
        for block in range(BLOCKS):
            x = _block(weights, block, graph, x)
        flat = graph.mean(x)
        return graph.activation(graph.dense(flat, weights["fc/weights"], weights["fc/bias"]), "softmax")
    except KeyError as error:
        raise CheckpointError(f"the weights {error} are missing; fetch the files again") from error


def _block(weights: Weights, block: int, graph: TensorFlowGraph, x: Value) -> Value:
    """Each convolution takes the sum of all before it in its block, behind a ReLU."""
    total = x = graph.activation(_convolution(weights, f"dense{block}/conv0", graph, x, 2), "relu")
    for place in range(1, CONVOLUTIONS):
        total = graph.add(total, _convolution(weights, f"dense{block}/conv{place}", graph, x, 1))
        x = graph.activation(total, "relu")
    return x


def _convolution(weights: Weights, name: str, graph: TensorFlowGraph, x: Value, stride: int) -> Value:
    window: dict[str, Any] = {"strides": (stride, stride), "padding": "same"}
    bias = weights[f"{name}/bias"]
    if name == FIRST:
        return graph.convolution(x, weights[f"{name}/filters"], bias, **window)
    spread = graph.depthwise(x, weights[f"{name}/depthwise_filter"], **window)
    return graph.convolution(spread, weights[f"{name}/pointwise_filter"], bias)
