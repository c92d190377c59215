"""TFLite files: tables of operators and weights, float32 or in 8 or 16 bits with a scale. No code is run, no torch.

    https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs

Weights in 8 bits are restored, and activations stay float32; TFLite's own kernels round activations as well where only
weights are quantised, so answers may differ in the second decimal. Activations in 8 bits are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.flat_tables import Table
from fer_core.onnx.foreign import FROM_TFLITE
from fer_core.onnx.foreign_network import ForeignNetwork, picture
from fer_core.onnx.graph import MAX_BYTES, MAX_NODES
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value

MARK = b"TFL3"
# Fields of the schema's tables, by their place.
MODEL_CODES, MODEL_GRAPHS, MODEL_BUFFERS = 1, 2, 4
CODE_OLD, CODE = 0, 3
GRAPH_TENSORS, GRAPH_INPUTS, GRAPH_OUTPUTS, GRAPH_OPERATORS = range(4)
TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_SCALES = range(5)
SCALE, ZERO_POINT, AXIS = 2, 3, 6
OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS, _, OPERATOR_OPTIONS = range(5)
TYPES = {0: "<f4", 1: "<f2", 2: "<i4", 3: "u1", 9: "i1"}
FLOAT32 = "<f4"
PADDINGS = {0: "same", 1: "valid"}
ACTIVATIONS = {0: "linear", 1: "relu", 3: "relu6"}


@dataclass(frozen=True)
class Operator:
    """An operator: its name, the tensors that it takes (-1: none) and gives, and its options."""

    name: str
    inputs: tuple[int, ...]
    output: int
    options: Table | None

    def option(self, field: int, kind: str, default: int = 0) -> int:
        """A number of the options."""
        return self.options.integer(field, kind, default) if self.options else default


def read_tflite(content: bytes) -> ForeignNetwork:
    """Read a TFLite file.

    Raises:
        CheckpointError: if it is damaged, or an operator or a type is not converted.
    """
    try:
        model = Table.root(content)
        (graph,) = model.tables(MODEL_GRAPHS)
        tensors = graph.tables(GRAPH_TENSORS)
        operators = _operators(model, graph)
        (given,), (output,) = (graph.array(field, "<i4").tolist() for field in (GRAPH_INPUTS, GRAPH_OUTPUTS))
        channels, size_px = picture(tensors[given].array(TENSOR_SHAPE, "<i4").tolist()[1:])
        restored = {operator.inputs[0] for operator in operators if operator.name == "DEQUANTIZE"}
        constants = _constants(tensors, model.tables(MODEL_BUFFERS), restored)
    except (ValueError, IndexError) as error:
        raise CheckpointError(f"this is no whole TFLite file ({error}); fetch it again") from error
    return ForeignNetwork("TFLite", channels, size_px, partial(_apply, operators, constants, given, output))


def _operators(model: Table, graph: Table) -> list[Operator]:
    """All operators, in the order in which they run. Codes above 127 stand in a second field."""
    codes = [max(entry.integer(CODE_OLD, "b"), entry.integer(CODE, "i")) for entry in model.tables(MODEL_CODES)]
    listed = graph.tables(GRAPH_OPERATORS)
    if len(listed) > MAX_NODES:
        raise CheckpointError(f"it has {len(listed):,} operators; up to {MAX_NODES:,} are read")
    operators = []
    for entry in listed:
        code = codes[entry.integer(OPERATOR_CODE, "I")]
        if code not in OPERATORS:
            names = ", ".join(name for name, _ in OPERATORS.values())
            raise CheckpointError(f"TFLite's operator {code} is not converted; {names} are; {FROM_TFLITE}")
        (output,) = entry.array(OPERATOR_OUTPUTS, "<i4").tolist()
        inputs = tuple(entry.array(OPERATOR_INPUTS, "<i4").tolist())
        operators.append(Operator(OPERATORS[code][0], inputs, output, entry.table(OPERATOR_OPTIONS)))
    return operators


def _constants(tensors: Sequence[Table], buffers: Sequence[Table], restored: Container[int]) -> dict[int, np.ndarray]:
    """The tensors whose values lie in the file, restored to float32, by their place.

    restored: those that an operator DEQUANTIZE reads. Of all others TFLite's kernels read unsigned bytes as signed ones
    (reinterpret_cast in kernels/conv.cc, EvalHybrid), as converters before TensorFlow 2 wrote them.
    """
    constants, total = {}, 0
    for place, tensor in enumerate(tensors):
        stored = buffers[tensor.integer(TENSOR_BUFFER, "I")].array(0, "u1")
        if len(stored):
            constants[place] = _restored(tensor, stored.tobytes(), is_signed=place not in restored)
            total += constants[place].nbytes
        elif TYPES.get(tensor.integer(TENSOR_TYPE, "b")) != FLOAT32:
            raise CheckpointError(f"its activations are no float32 ({tensor.text(TENSOR_NAME)[:60]}); {FROM_TFLITE}")
        if total > MAX_BYTES:
            raise CheckpointError(f"its weights have over {MAX_BYTES:,} bytes; networks of up to that are read")
    return constants


def _restored(tensor: Table, stored: bytes, *, is_signed: bool) -> np.ndarray:
    """scale (x - zero point), of the whole tensor or of each slice along its axis."""
    code = tensor.integer(TENSOR_TYPE, "b")
    if code not in TYPES:
        raise CheckpointError(f"the weights {tensor.text(TENSOR_NAME)[:60]} have TFLite's type {code}; {FROM_TFLITE}")
    kind = "i1" if is_signed and TYPES[code] == "u1" else TYPES[code]
    values = np.frombuffer(stored, kind).reshape(tensor.array(TENSOR_SHAPE, "<i4"))
    quantization = tensor.table(TENSOR_SCALES)
    scales = quantization.array(SCALE, "<f4") if quantization else np.zeros(0, np.float32)
    if quantization is None or not len(scales) or values.dtype.kind == "f":
        return values
    sizes = [1] * values.ndim
    sizes[quantization.integer(AXIS, "i")] = len(scales)
    zeros = quantization.array(ZERO_POINT, "<i8")
    return (values.astype(np.float32) - zeros.reshape(sizes)) * scales.reshape(sizes)


def _apply(
    operators: Sequence[Operator],
    constants: dict[int, np.ndarray],
    given: int,
    output: int,
    graph: TensorFlowGraph,
    x: Value,
) -> Value:
    """Put the operators into a graph, behind `x`."""
    values: dict[int, Any] = {**constants, given: x, -1: None}
    steps = dict(OPERATORS.values())
    for operator in operators:
        try:
            values[operator.output] = steps[operator.name](
                graph, [values[place] for place in operator.inputs], operator
            )
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise CheckpointError(f"an operator {operator.name} is damaged: {type(error).__name__} {error}") from error
    if not isinstance(values.get(output), Value):
        raise CheckpointError("its output does not depend on the picture; the file is damaged")
    return values[output]


def _activated(graph: TensorFlowGraph, x: Value, code: int) -> Value:
    if code not in ACTIVATIONS:
        raise CheckpointError(f"TFLite's activation {code} is not converted; {', '.join(ACTIVATIONS.values())} are")
    return graph.activation(x, ACTIVATIONS[code])


def _window(operator: Operator, dilations: int | None = None) -> dict[str, Any]:
    """The options of all operators with windows: padding and strides as (height, width); `dilations` is their field."""
    window: dict[str, Any] = {
        "padding": PADDINGS[operator.option(0, "b")],
        "strides": (operator.option(2, "i"), operator.option(1, "i")),
    }
    if dilations is not None:
        window["dilations"] = (operator.option(dilations + 1, "i", 1), operator.option(dilations, "i", 1))
    return window


def _convolution(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    kernel = given[1].transpose(1, 2, 3, 0)  # (O, kH, kW, C)
    return _activated(
        graph, graph.convolution(given[0], kernel, given[2], **_window(operator, 4)), operator.option(3, "b")
    )


def _depthwise(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    kernel = given[1][0]  # (1, kH, kW, C M)
    kernel = kernel.reshape(*kernel.shape[:2], given[0].shape[0], -1)
    return _activated(
        graph, graph.depthwise(given[0], kernel, given[2], **_window(operator, 5)), operator.option(4, "b")
    )


def _pooling(kind: str, graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    made = graph.pool(given[0], kind, (operator.option(4, "i"), operator.option(3, "i")), **_window(operator))
    return _activated(graph, made, operator.option(5, "b"))


def _linear(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    bias = given[2] if len(given) > 2 else None
    return _activated(graph, graph.dense(graph.flatten(given[0]), given[1].T, bias), operator.option(0, "b"))


def _addition(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    return _activated(graph, graph.add(given[0], given[1]), operator.option(0, "b"))


def _padding(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    del operator
    batch, height, width, channels = given[1].tolist()
    if any((*batch, *channels)):
        raise CheckpointError("padding of batch or channels is not converted")
    return graph.pad(given[0], height, width)


def _mean(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    if sorted(given[1].ravel().tolist()) != [1, 2] or operator.option(0, "b"):
        raise CheckpointError("a mean over other axes than height and width is not converted")
    return graph.mean(given[0])


def _softmax(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Value:
    del operator
    return graph.activation(given[0], "softmax")


def _restore(graph: TensorFlowGraph, given: list[Any], operator: Operator) -> Any:
    """Weights are restored as they are read."""
    del graph, operator
    return given[0]


# By their code in the schema's BuiltinOperator.
OPERATORS: dict[int, tuple[str, Callable[[TensorFlowGraph, list[Any], Operator], Any]]] = {
    0: ("ADD", _addition),
    1: ("AVERAGE_POOL_2D", partial(_pooling, "average")),
    3: ("CONV_2D", _convolution),
    4: ("DEPTHWISE_CONV_2D", _depthwise),
    6: ("DEQUANTIZE", _restore),
    9: ("FULLY_CONNECTED", _linear),
    17: ("MAX_POOL_2D", partial(_pooling, "max")),
    25: ("SOFTMAX", _softmax),
    34: ("PAD", _padding),
    40: ("MEAN", _mean),
}
