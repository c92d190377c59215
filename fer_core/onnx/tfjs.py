"""TF.js graph models: a JSON file with the graph, and files of weights beside it. No code is run, no torch.

model.json    modelTopology: nodes of TensorFlow operators; weightsManifest: names, shapes and types of the weights
*.bin         the weights one after another, as float32 or in 8 or 16 bits with a scale
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.foreign import FROM_TENSORFLOW
from fer_core.onnx.foreign_network import ForeignNetwork, picture
from fer_core.onnx.graph import MAX_NODES
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value
from fer_core.onnx.tfjs_weights import read_weights

FUSED = {"BiasAdd": "", "Relu": "relu", "Relu6": "relu6", "Elu": "elu"}  # steps behind a fused operator

Node = Mapping[str, Any]
Found = dict[str, Value | np.ndarray]


def read_tfjs(path: Path, data: Mapping[str, Any]) -> ForeignNetwork:
    """Read a graph model.

    Args:
        path: of the JSON file, beside which its weights lie. data: what it holds.

    Raises:
        CheckpointError: if it is a layers model, damaged, or an operator is not converted.
    """
    if data.get("format") != "graph-model":
        raise CheckpointError(f"{path} is a TF.js {data.get('format')}; graph models are read; {FROM_TENSORFLOW}")
    weights = read_weights(path, data["weightsManifest"])
    try:
        nodes = _sorted(data["modelTopology"]["node"])
        inputs = [node for node in nodes if node["op"] == "Placeholder"]
        if len(inputs) != 1:
            raise CheckpointError(f"{path} takes {len(inputs)} inputs; a picture is one")
        sizes = inputs[0]["attr"]["shape"]["shape"]["dim"][1:]
        channels, size_px = picture([int(dim["size"]) for dim in sizes])
        taken = {_name(name) for node in nodes for name in node.get("input", ())}
        (output,) = [node["name"] for node in nodes if node["name"] not in taken]
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise CheckpointError(
            f"{path} is no whole TF.js graph ({type(error).__name__}: {error}); fetch it again"
        ) from error
    return ForeignNetwork("TF.js", channels, size_px, partial(_apply, nodes, weights, output))


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    """Nodes, those that are read first."""
    if len(nodes) > MAX_NODES:
        raise CheckpointError(f"it has {len(nodes):,} operators; up to {MAX_NODES:,} are read")
    known = {node["name"]: node for node in nodes}
    try:
        order = TopologicalSorter({node["name"]: [_name(name) for name in node.get("input", ())] for node in nodes})
        return [known[name] for name in order.static_order()]
    except CycleError as error:
        raise CheckpointError("its operators feed each other in a circle; the file is damaged") from error


def _name(reference: str) -> str:
    """The node of "name:0" or "^name"."""
    return reference.lstrip("^").partition(":")[0]


def _apply(
    nodes: Sequence[Node], weights: Mapping[str, np.ndarray], output: str, graph: TensorFlowGraph, x: Value
) -> Value:
    """Put the operators into a graph, behind `x`."""
    values: Found = {}
    for node in nodes:
        name, kind = node["name"], node["op"]
        if kind == "Placeholder":
            values[name] = x
        elif kind == "Const":
            if name not in weights:
                raise CheckpointError(f"the weights {name} are missing; fetch the files again")
            values[name] = weights[name]
        elif kind in OPERATORS:
            values[name] = _made(graph, node, [values[_name(given)] for given in node["input"]])
        else:
            raise CheckpointError(
                f"the operator {kind} is not converted; {', '.join(OPERATORS)} are; {FROM_TENSORFLOW}"
            )
    answer = values[output]
    if not isinstance(answer, Value):
        raise CheckpointError("its output does not depend on the picture; the file is damaged")
    return answer


def _made(graph: TensorFlowGraph, node: Node, given: list[Any]) -> Value:
    try:
        return OPERATORS[node["op"]](graph, given, node.get("attr", {}))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise CheckpointError(
            f"the operator {node['name']} ({node['op']}) is damaged: {type(error).__name__} {error}"
        ) from error


def _text(attributes: Node, key: str, default: str) -> str:
    return base64.b64decode(attributes[key]["s"]).decode() if key in attributes else default


def _sides(attributes: Node, key: str) -> tuple[int, int]:
    """Height and width of an attribute that also names batch and channels; 1 where it is not told."""
    if key not in attributes:
        return 1, 1
    batch, height, width, channels = (int(size) for size in attributes[key]["list"]["i"])
    if (batch, channels) != (1, 1):
        raise CheckpointError(f"{key} over batch or channels is not converted")
    return height, width


def _window(attributes: Node) -> dict[str, Any]:
    if _text(attributes, "data_format", "NHWC") != "NHWC":
        raise CheckpointError("channels first is not converted in a TF.js graph; export it with channels last")
    window = {"strides": _sides(attributes, "strides"), "padding": _text(attributes, "padding", "VALID").lower()}
    return {**window, "dilations": _sides(attributes, "dilations")}


def _steps(attributes: Node) -> list[str]:
    """What a fused operator does after its own work, by names of `FUSED`."""
    return [base64.b64decode(step).decode() for step in attributes.get("fused_ops", {}).get("list", {}).get("s", ())]


def _activated(graph: TensorFlowGraph, x: Value, attributes: Node) -> Value:
    for step in _steps(attributes):
        if step not in FUSED:
            raise CheckpointError(f"{step} behind a convolution is not converted; {', '.join(FUSED)} are")
        x = graph.activation(x, FUSED[step] or "linear")
    return x


def _bias(given: Sequence[Any]) -> np.ndarray | None:
    return given[2] if len(given) > 2 else None


def _convolution(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    made = graph.convolution(given[0], given[1], _bias(given), **_window(attributes))
    return _activated(graph, made, attributes)


def _depthwise(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    made = graph.depthwise(given[0], given[1], _bias(given), **_window(attributes))
    return _activated(graph, made, attributes)


def _linear(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    if attributes.get("transpose_a", {}).get("b") or attributes.get("transpose_b", {}).get("b"):
        raise CheckpointError("a turned matrix product is not converted")
    return _activated(graph, graph.dense(given[0], given[1], _bias(given)), attributes)


def _batch_norm(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    return graph.batch_norm(given[0], given[1:5], float(attributes["epsilon"]["f"]))


def _pooling(kind: str, graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    window = _window(attributes)
    size = _sides(attributes, "ksize")
    return graph.pool(given[0], kind, size, strides=window["strides"], padding=window["padding"])


def _addition(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    del attributes
    one, other = sorted(given, key=lambda x: not isinstance(x, Value))
    return graph.add(one, other) if isinstance(other, Value) else graph.shift(one, other)


def _mean(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    if sorted(given[1].tolist()) != [1, 2] or attributes.get("keep_dims", {}).get("b"):
        raise CheckpointError("a mean over other axes than height and width is not converted")
    return graph.mean(given[0])


def _reshape(graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    del attributes
    flat = graph.flatten(given[0])
    if given[1].tolist()[1:] not in ([-1], list(flat.shape)):
        raise CheckpointError(f"a reshape to {given[1].tolist()} is not converted, only one to a vector")
    return flat


def _activation(name: str, graph: TensorFlowGraph, given: list[Any], attributes: Node) -> Value:
    del attributes
    return graph.activation(given[0], name)


OPERATORS: dict[str, Callable[[TensorFlowGraph, list[Any], Node], Value]] = {
    "Conv2D": _convolution,
    "_FusedConv2D": _convolution,
    "DepthwiseConv2dNative": _depthwise,
    "FusedDepthwiseConv2dNative": _depthwise,
    "MatMul": _linear,
    "_FusedMatMul": _linear,
    "FusedBatchNormV3": _batch_norm,
    "MaxPool": partial(_pooling, "max"),
    "AvgPool": partial(_pooling, "average"),
    "Add": _addition,
    "AddV2": _addition,
    "BiasAdd": _addition,
    "Mean": _mean,
    "Reshape": _reshape,
    "Relu": partial(_activation, "relu"),
    "Relu6": partial(_activation, "relu6"),
    "Softmax": partial(_activation, "softmax"),
    "Identity": partial(_activation, "linear"),
}
