"""An ONNX graph of TensorFlow's layers, built one by one: for the readers of Keras, TF.js and TFLite files. No torch.

Weights come in TensorFlow's layout, maps lie as ONNX wants them:

    picture (N, C, S, S) float32 -> map (N, C, H, W) -> vector (N, K)

"same" padding is TensorFlow's: out = ceil(in / stride), and of an odd total the larger half lies below and right
(https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.graph import MAX_BYTES

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

OPSET, IR_VERSION = 18, 8  # 18: Resize is told two axes, and exact sizes for them
CHANNELS = 1  # axis of a map and of a vector
# What activations are called in Keras' configs, and the operator and attributes that compute them.
ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "softmax": ("Softmax", {"axis": CHANNELS}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "elu": ("Elu", {"alpha": 1.0}),
    "selu": ("Selu", {}),
}
LINEAR, RELU6 = ("linear", "none"), "relu6"
PADDINGS = ("same", "valid")
Pair = Sequence[int]


@dataclass(frozen=True)
class Value:
    """A tensor of the graph; shape: (C, H, W) of a map, (K,) of a vector, without the batch."""

    name: str
    shape: tuple[int, ...]


class TensorFlowGraph:
    """A graph that begins with pictures.

    Args:
        channels: of the picture, C. size_px: its side, S.

    Raises:
        CheckpointError: from every method, for what the layer cannot do with what it is given.
    """

    def __init__(self, channels: int, size_px: int) -> None:
        self.input = Value("faces", (channels, size_px, size_px))
        self._nodes: list[NodeProto] = []
        self._stored: list[TensorProto] = []
        self._bytes = 0

    def convolution(
        self,
        x: Value,
        kernel: np.ndarray,
        bias: np.ndarray | None,
        *,
        strides: Pair = (1, 1),
        padding: str = "valid",
        dilations: Pair = (1, 1),
    ) -> Value:
        """Convolve a map with a kernel (kH, kW, C, O)."""
        _check(kernel.ndim == 4 and _is_map(x) and kernel.shape[2] == x.shape[0], "convolution", x, kernel)
        weight = kernel.transpose(3, 2, 0, 1)
        return self._convolve(x, weight, bias, strides, padding, dilations, group=1)

    def depthwise(
        self,
        x: Value,
        kernel: np.ndarray,
        bias: np.ndarray | None = None,
        *,
        strides: Pair = (1, 1),
        padding: str = "valid",
        dilations: Pair = (1, 1),
    ) -> Value:
        """Convolve each channel with its own M kernels (kH, kW, C, M); output c M + m is kernel m of channel c."""
        _check(kernel.ndim == 4 and _is_map(x) and kernel.shape[2] == x.shape[0], "depthwise convolution", x, kernel)
        height, width, channels, _ = kernel.shape
        weight = kernel.transpose(2, 3, 0, 1).reshape(-1, 1, height, width)
        return self._convolve(x, weight, bias, strides, padding, dilations, group=channels)

    def batch_norm(self, x: Value, moments: Sequence[np.ndarray], epsilon: float) -> Value:
        """Normalise channels; moments: gamma, beta, mean, variance, (C,) each."""
        _check(all(moment.shape == x.shape[:1] for moment in moments), "batch norm", x, *moments)
        names = [self._store(moment) for moment in moments]
        return self._add("BatchNormalization", [x.name, *names], x.shape, epsilon=epsilon)

    def pool(self, x: Value, kind: str, size: Pair, *, strides: Pair, padding: str) -> Value:
        """Take the largest ("max") or the mean ("average") of each window; padding counts in neither."""
        _check(_is_map(x), "pooling", x)
        pads, sides = _padded(x.shape[1:], size, strides, padding, (1, 1))
        operator = {"max": "MaxPool", "average": "AveragePool"}[kind]
        shape = (x.shape[0], *sides)
        return self._add(operator, [x.name], shape, kernel_shape=list(size), strides=list(strides), pads=pads)

    def mean(self, x: Value) -> Value:
        """Average a map over its places: (C, H, W) -> (C,)."""
        _check(_is_map(x), "global average pooling", x)
        return self._add("Flatten", [self._add("GlobalAveragePool", [x.name], (x.shape[0], 1, 1)).name], x.shape[:1])

    def flatten(self, x: Value) -> Value:
        """Write a map as a vector in TensorFlow's order, place by place and in each all channels."""
        if not _is_map(x):
            return x
        turned = self._add("Transpose", [x.name], (*x.shape[1:], x.shape[0]), perm=[0, 2, 3, 1])
        return self._add("Flatten", [turned.name], (prod(x.shape),))

    def dense(self, x: Value, kernel: np.ndarray, bias: np.ndarray | None) -> Value:
        """Multiply a vector with a kernel (K, O)."""
        _check(len(x.shape) == 1 and kernel.ndim == 2 and kernel.shape[0] == x.shape[0], "linear layer", x, kernel)
        names = [self._store(array) for array in (kernel, *([] if bias is None else [bias]))]
        return self._add("Gemm", [x.name, *names], (kernel.shape[1],))

    def add(self, one: Value, other: Value) -> Value:
        """Add two tensors of one shape."""
        _check(one.shape == other.shape, "addition", one, other)
        return self._add("Add", [one.name, other.name], one.shape)

    def shift(self, x: Value, offsets: np.ndarray) -> Value:
        """Add a number to each channel; offsets: (C,)."""
        _check(offsets.shape == x.shape[:1], "bias", x, offsets)
        return self._add("Add", [x.name, self._store(_by_channel(x, offsets))], x.shape)

    def scale(self, x: Value, factors: np.ndarray) -> Value:
        """Multiply each channel with a number; factors: (C,)."""
        _check(factors.shape == x.shape[:1], "scaling", x, factors)
        return self._add("Mul", [x.name, self._store(_by_channel(x, factors))], x.shape)

    def pad(self, x: Value, height: Pair, width: Pair) -> Value:
        """Put zeros around a map: (above, below), (left, right)."""
        _check(_is_map(x), "padding", x)
        (above, below), (left, right) = height, width
        pads = self._store(np.array([0, 0, above, left, 0, 0, below, right], np.int64))
        shape = (x.shape[0], x.shape[1] + above + below, x.shape[2] + left + right)
        return self._add("Pad", [x.name, pads], shape)

    def activation(self, x: Value, name: str) -> Value:
        """Apply an activation by the name that Keras gives it; `linear` is none."""
        if name in LINEAR:
            return x
        if name == RELU6:
            ends = [self._store(np.array(end, np.float32)) for end in (0, 6)]
            return self._add("Clip", [x.name, *ends], x.shape)
        if name not in ACTIVATIONS:
            raise CheckpointError(f"the activation {name} is not converted; {', '.join([*ACTIVATIONS, RELU6])} are")
        operator, attributes = ACTIVATIONS[name]
        return self._add(operator, [x.name], x.shape, **attributes)

    def resize(self, x: Value, size_px: int, corners: str) -> Value:
        """Bring a map to another size, bilinear; corners: where pixels lie, "half_pixel" or "asymmetric"."""
        _check(_is_map(x), "resizing", x)
        sizes = self._store(np.array([size_px, size_px], np.int64))
        shape = (x.shape[0], size_px, size_px)
        attributes = {"mode": "linear", "coordinate_transformation_mode": corners, "axes": [2, 3]}
        return self._add("Resize", [x.name, "", "", sizes], shape, **attributes)

    def round(self, x: Value) -> Value:
        """Round to whole numbers, as pixels in bytes are."""
        return self._add("Round", [x.name], x.shape)

    def grey_to_colour(self, x: Value) -> Value:
        """Copy the one channel of a map to three."""
        _check(_is_map(x) and x.shape[0] == 1, "grey to colour", x)
        return self._add("Concat", [x.name] * 3, (3, *x.shape[1:]), axis=CHANNELS)

    def model(self, output: Value) -> ModelProto:
        """Return the whole model; output: a vector, which gets the name "answers"."""
        from onnx import TensorProto, helper

        if len(output.shape) != 1:
            raise CheckpointError(f"its output is {output.shape}; it must be a vector, a number for each expression")
        last = helper.make_node("Identity", [output.name], ["answers"])
        graph = helper.make_graph(
            [*self._nodes, last],
            "converted",
            [helper.make_tensor_value_info(self.input.name, TensorProto.FLOAT, ["n", *self.input.shape])],
            [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", *output.shape])],
            self._stored,
        )
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, producer_name="fer-lens", opset_imports=opset, ir_version=IR_VERSION)

    def _convolve(  # noqa: PLR0913 - what a convolution is
        self,
        x: Value,
        weight: np.ndarray,
        bias: np.ndarray | None,
        strides: Pair,
        padding: str,
        dilations: Pair,
        *,
        group: int,
    ) -> Value:
        pads, sides = _padded(x.shape[1:], weight.shape[2:], strides, padding, dilations)
        _check(bias is None or bias.shape == weight.shape[:1], "bias of a convolution", x, weight)
        names = [self._store(array) for array in (weight, *([] if bias is None else [bias]))]
        attributes = {"strides": list(strides), "pads": pads, "dilations": list(dilations), "group": group}
        return self._add("Conv", [x.name, *names], (weight.shape[0], *sides), **attributes)

    def _add(self, operator: str, given: Sequence[str], shape: tuple[int, ...], **attributes: Any) -> Value:
        from onnx import helper

        name = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(given), [name], name, **attributes))
        return Value(name, shape)

    def _store(self, values: np.ndarray) -> str:
        from onnx import numpy_helper

        kind = np.int64 if values.dtype == np.int64 else np.float32
        name = f"stored_{len(self._stored)}"
        self._bytes += values.size * np.dtype(kind).itemsize
        if self._bytes > MAX_BYTES:
            raise CheckpointError(f"its weights have over {MAX_BYTES:,} bytes; networks of up to that are read")
        self._stored.append(numpy_helper.from_array(np.ascontiguousarray(values, kind), name))
        return name


def _is_map(x: Value) -> bool:
    return len(x.shape) == 3


def _by_channel(x: Value, values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, *[1] * (len(x.shape) - 1))


def _padded(sides: Pair, kernel: Pair, strides: Pair, padding: str, dilations: Pair) -> tuple[list[int], list[int]]:
    """Zeros around a map, (above, left, below, right), and the sides of what a window of this size leaves of it."""
    if padding not in PADDINGS:
        raise CheckpointError(f"the padding {padding} is not converted; {' and '.join(PADDINGS)} are")
    before, after, out = [], [], []
    for side, size, stride, dilation in zip(sides, kernel, strides, dilations, strict=True):
        reach = (size - 1) * dilation + 1
        missing = max(0, (-(-side // stride) - 1) * stride + reach - side) if padding == "same" else 0
        before.append(missing // 2)
        after.append(missing - missing // 2)
        out.append((side + missing - reach) // stride + 1)
    if min(out) < 1:
        raise CheckpointError(f"a window of {tuple(kernel)} does not fit into a map of {tuple(sides)}")
    return [*before, *after], out


def _check(fits: bool, layer: str, *given: Value | np.ndarray) -> None:
    if not fits:
        raise CheckpointError(
            f"a {layer} of {' with '.join(str(tensor.shape) for tensor in given)} cannot be; the file is damaged"
        )
