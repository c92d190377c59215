"""What a graph costs, read without running it: parameters and multiply-adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, ValueInfoProto

WEIGHT_AT = {"Conv": 1, "Gemm": 1, "MatMul": 1, "QLinearConv": 3, "QLinearMatMul": 3}  # place among the inputs
SCALING = ("QuantizeLinear", "DequantizeLinear")
# Operators that may stand before the first layer: what they scale and shift the picture with was not learned.
PREPARING = ("Add", "Sub", "Mul", "Div", "Resize", "Round", "Concat", "Transpose", "Cast", "Clip", "Identity")


def sizes_of(value: ValueInfoProto) -> list[int | None]:
    """Return the sizes of a tensor, None for each that is free."""
    return [dim.dim_value or None for dim in value.type.tensor_type.shape.dim]


def count_params(graph: GraphProto, picture: str) -> int:
    """Return how many numbers its stored weights and biases have; batch norm may be folded into them.

    None of them are the scales and zero points of a quantised graph, nor what the picture, the input of that name, is
    scaled and shifted with before its first layer.
    """
    kinds = _weight_kinds()
    others = {name for node in graph.node if node.op_type in SCALING for name in node.input[1:]}
    others |= _preparing(graph, picture)
    return sum(
        _elements(tensor.dims)
        for tensor in graph.initializer
        if tensor.data_type in kinds and tensor.name not in others
    )


def _preparing(graph: GraphProto, picture: str) -> set[str]:
    """Names of the stored tensors with which the picture is prepared; operators stand in the order of their running."""
    stored, prepared, constants = {tensor.name for tensor in graph.initializer}, {picture}, set[str]()
    for node in graph.node:
        given = set(filter(None, node.input))
        if node.op_type in PREPARING and given & prepared and given <= prepared | stored:
            prepared |= set(node.output)
            constants |= given & stored
    return constants


def _weight_kinds() -> set[int]:
    from onnx import TensorProto

    return {
        TensorProto.FLOAT,
        TensorProto.FLOAT16,
        TensorProto.BFLOAT16,
        TensorProto.DOUBLE,
        TensorProto.INT8,
        TensorProto.INT32,
    }


def count_macs(model: ModelProto, batch: int) -> int | None:
    """Return the multiply-adds of one picture: output elements times what each sums over.

    None if a shape is not known.
    """
    graph = model.graph
    shapes = {value.name: sizes_of(value) for value in (*graph.value_info, *graph.input, *graph.output)}
    shapes |= {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    total = 0
    for node in graph.node:
        if node.op_type not in WEIGHT_AT:
            continue
        out, weight = _known(shapes.get(node.output[0])), _known(shapes.get(node.input[WEIGHT_AT[node.op_type]]))
        if not out or not weight:
            return None
        total += _elements(out) * _summed(node, weight)
    return total // batch


def _known(sizes: list[int | None] | None) -> list[int]:
    """The sizes, [] where one of them is not known."""
    known = [size for size in sizes or () if size is not None]
    return known if len(known) == len(sizes or ()) else []


def _summed(node: NodeProto, weight: list[int]) -> int:
    """How many products make one output: a kernel's, or a row's."""
    if node.op_type.endswith("Conv"):
        return _elements(weight[1:])
    is_turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
    return weight[-1] if is_turned else weight[-2] if len(weight) > 1 else weight[0]


def _elements(sizes: Iterable[int]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total
