"""Operators that onnxruntime computes slowly, written as others that give the same. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

MARK = "selu_"  # begins the names of the nodes that stand for one
# Klambauer et al. 2017, arXiv:1706.02515; what ONNX's operator means where it is told nothing else.
ALPHA, GAMMA = 1.67326319217681884765625, 1.05070102214813232421875


def rewrite_selu(model: ModelProto) -> int:
    """Replace every SELU of a model by operators for which onnxruntime has vector code; returns how many.

    selu(x) = g max(x, 0) + (g a exp(min(x, 0)) - g a)      g, a: the operator's, 1.0507 and 1.6733 as a rule

    The graph is changed in place; answers move by rounding only.
    """
    from onnx import numpy_helper

    constants: dict[str, float] = {"selu_zero": 0.0}
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        nodes += _parts(node, constants) if node.op_type == "Selu" else [node]
    count = sum(node.op_type == "Selu" for node in model.graph.node)
    if not count:
        return 0
    model.graph.ClearField("node")
    model.graph.node.extend(nodes)
    stored = (numpy_helper.from_array(np.array(value, np.float32), name) for name, value in constants.items())
    model.graph.initializer.extend(stored)
    return count


def _parts(node: NodeProto, constants: dict[str, float]) -> list[NodeProto]:
    """The nodes that stand for one SELU; `constants` gets the numbers that they read, by name."""
    from onnx import helper

    attributes = {attribute.name: attribute.f for attribute in node.attribute}
    gamma, alpha = attributes.get("gamma", GAMMA), attributes.get("alpha", ALPHA)
    names = {"gain": gamma, "slope": gamma * alpha}
    read = {key: f"selu_{key}_{value:.9g}" for key, value in names.items()}
    constants |= {read[key]: value for key, value in names.items()}
    (x,), (y,) = node.input, node.output
    steps = (
        ("Relu", [x], "above"),
        ("Mul", [f"{y}_above", read["gain"]], "linear"),
        ("Min", [x, "selu_zero"], "below"),
        ("Exp", [f"{y}_below"], "exp"),
        ("Mul", [f"{y}_exp", read["slope"]], "scaled"),
        ("Sub", [f"{y}_scaled", read["slope"]], "curved"),
    )
    parts = [helper.make_node(kind, given, [f"{y}_{out}"], f"{MARK}{y}_{out}") for kind, given, out in steps]
    return [*parts, helper.make_node("Add", [f"{y}_linear", f"{y}_curved"], [y], f"{MARK}{y}")]
