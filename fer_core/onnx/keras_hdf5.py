"""Networks in Keras' HDF5 files: the config says which layers, the groups hold their weights. No code is run, no torch.

Read are the layers of `LAYERS`. `Lambda`, which holds Python code, and all others are refused by name. h5py is an
optional requirement (requirements-peers.txt).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fer_core import files
from fer_core.errors import CheckpointError
from fer_core.onnx.foreign import FROM_KERAS
from fer_core.onnx.foreign_network import ForeignNetwork, picture
from fer_core.onnx.graph import MAX_BYTES
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"
WEIGHTS = "model_weights"
MOMENTS = ("gamma", "beta", "moving_mean", "moving_variance")
GRAPHS = ("Functional", "Model", "Sequential")
MAX_LAYERS = 10_000

Config = Mapping[str, Any]
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Layer:
    """A layer of the config; parents: the layers whose outputs it takes."""

    name: str
    kind: str
    config: Config
    parents: tuple[str, ...]


def read_keras(content: bytes) -> ForeignNetwork:
    """Read a file that Keras' `save` wrote as .h5 or .hdf5.

    Raises:
        CheckpointError: if h5py is missing, the file is damaged, or a layer is not converted.
    """
    try:
        import h5py
    except ImportError as error:
        raise CheckpointError(
            "a Keras file is read with h5py, which is not installed; `pip install -r requirements-peers.txt` does it"
        ) from error
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            layers, output = _layers(_config(file))
            weights = {layer.name: _weights(file, layer.name) for layer in layers}
    except (OSError, KeyError, TypeError, IndexError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"this is no whole Keras file ({type(error).__name__}: {error}); {FROM_KERAS}") from error
    channels, size_px = picture(_input_shape(layers))
    return ForeignNetwork("Keras", channels, size_px, partial(_apply, layers, weights, output))


def _config(file: h5py.File) -> Config:
    if "model_config" not in file.attrs:
        raise CheckpointError(f"this HDF5 file holds weights and no layers; {FROM_KERAS}")
    stored = file.attrs["model_config"]
    config = files.parse_json(stored.decode() if isinstance(stored, bytes) else str(stored))
    if config["class_name"] not in GRAPHS:
        raise CheckpointError(f"a Keras {config['class_name']} holds code and no layers; {FROM_KERAS}")
    return config


def _layers(config: Config) -> tuple[list[Layer], str]:
    """All layers, parents before children, and the name of the one whose output is the answer."""
    from graphlib import CycleError, TopologicalSorter

    inner = config["config"]
    listed = inner if isinstance(inner, list) else inner["layers"]
    if len(listed) > MAX_LAYERS:
        raise CheckpointError(f"it has {len(listed):,} layers; up to {MAX_LAYERS:,} are read")
    if config["class_name"] == "Sequential":
        layers = list(_chain(listed))
        return layers, layers[-1].name
    known = {
        layer["name"]: Layer(layer["name"], layer["class_name"], layer["config"], _parents(layer)) for layer in listed
    }
    try:
        order = list(TopologicalSorter({name: layer.parents for name, layer in known.items()}).static_order())
    except CycleError as error:
        raise CheckpointError("its layers feed each other in a circle; the file is damaged") from error
    (output,) = _references(inner["output_layers"])
    return [known[name] for name in order], output


def _chain(listed: Sequence[Config]) -> Iterator[Layer]:
    """Layers of a Sequential, with the input that its first layer tells, where none stands alone."""
    before: tuple[str, ...] = ()
    for layer in listed:
        config = layer["config"]
        if not before and layer["class_name"] != "InputLayer":
            yield Layer("input", "InputLayer", config, ())
            before = ("input",)
        yield Layer(config["name"], layer["class_name"], config, before)
        before = (config["name"],)


def _parents(layer: Config) -> tuple[str, ...]:
    nodes = layer["inbound_nodes"]
    if len(nodes) > 1:
        raise CheckpointError(f"the layer {layer['name']} is used {len(nodes)} times; that is not converted")
    return tuple(_references(nodes))


def _references(value: Any) -> Iterator[str]:
    """Names of layers in Keras 2's ["name", 0, 0, {}] and Keras 3's {"keras_history": ["name", 0, 0]}, in order."""
    if isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
        yield value[0]
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _references(part)


def _input_shape(layers: Sequence[Layer]) -> Sequence[int | None]:
    inputs = [layer for layer in layers if layer.kind == "InputLayer"]
    if len(inputs) != 1:
        raise CheckpointError(f"it takes {len(inputs)} inputs; a picture is one")
    config = inputs[0].config
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    if not shape:
        raise CheckpointError(f"its first layer does not say what size a picture has; {FROM_KERAS}")
    return shape[1:]


def _weights(file: h5py.File, layer: str) -> dict[str, np.ndarray]:
    """A layer's arrays by their last name: kernel, bias, gamma."""
    group = file[WEIGHTS].get(layer) if _is_own(file, WEIGHTS) and _is_own(file[WEIGHTS], layer) else None
    names = [] if group is None else [_text(name) for name in group.attrs.get("weight_names", ())]
    return {name.split("/")[-1].partition(":")[0]: _array(group, name) for name in names}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _array(group: h5py.Group, name: str) -> np.ndarray:
    """An array of the file itself: no link leads out of it, and no size is larger than what is read."""
    import h5py

    for part in name.split("/"):
        if not isinstance(group, h5py.Group) or not _is_own(group, part):
            raise CheckpointError(f"the weights {name} do not lie in the file itself; save it as one file")
        group = group[part]
    if not isinstance(group, h5py.Dataset) or group.external or group.is_virtual:
        raise CheckpointError(f"the weights {name} do not lie in the file itself; save it as one file")
    if group.dtype.kind != "f" or group.size is None or group.size * 4 > MAX_BYTES:
        raise CheckpointError(f"the weights {name} are {group.dtype} {group.shape}, which is not read")
    return np.asarray(group[()], np.float32)


def _is_own(group: h5py.Group, name: str) -> bool:
    import h5py

    return isinstance(group.get(name, getlink=True), h5py.HardLink)


def _apply(
    layers: Sequence[Layer], weights: Mapping[str, Arrays], output: str, graph: TensorFlowGraph, x: Value
) -> Value:
    """Put the layers into a graph, behind `x`."""
    values: dict[str, Value] = {}
    for layer in layers:
        if layer.kind == "InputLayer":
            values[layer.name] = x
            continue
        if layer.kind not in LAYERS:
            raise CheckpointError(_refusal(layer))
        try:
            made = LAYERS[layer.kind](
                graph, [values[name] for name in layer.parents], layer.config, weights[layer.name]
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise CheckpointError(
                f"the layer {layer.name} ({layer.kind}) is damaged: {type(error).__name__} {error}"
            ) from error
        values[layer.name] = made
    return values[output]


def _refusal(layer: Layer) -> str:
    if layer.kind == "Lambda":
        return f"the layer {layer.name} is a Lambda: Python code in the file, which is never run; {FROM_KERAS}"
    return f"the layer {layer.name} is a {layer.kind}; converted are {', '.join(LAYERS)}; {FROM_KERAS}"


def _window(config: Config, dilation: str = "dilation_rate") -> dict[str, Any]:
    if config.get("data_format") == "channels_first":
        raise CheckpointError(f"it is trained with channels first, which is not converted; {FROM_KERAS}")
    return {
        "strides": _pair(config["strides"]),
        "padding": config["padding"],
        "dilations": _pair(config.get(dilation) or 1),
    }


def _pair(value: Any) -> tuple[int, int]:
    one, other = (value, value) if isinstance(value, int) else value
    return int(one), int(other)


def _activated(graph: TensorFlowGraph, x: Value, config: Config) -> Value:
    return graph.activation(x, str(config.get("activation") or "linear"))


def _convolution(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    if config.get("groups", 1) != 1:
        raise CheckpointError(f"a convolution in {config['groups']} groups is not converted; {FROM_KERAS}")
    made = graph.convolution(given[0], arrays["kernel"], arrays.get("bias"), **_window(config))
    return _activated(graph, made, config)


def _depthwise(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    kernel = arrays["depthwise_kernel"] if "depthwise_kernel" in arrays else arrays["kernel"]  # Keras 2, Keras 3
    made = graph.depthwise(given[0], kernel, arrays.get("bias"), **_window(config))
    return _activated(graph, made, config)


def _separable(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    spread = graph.depthwise(given[0], arrays["depthwise_kernel"], **_window(config))
    made = graph.convolution(spread, arrays["pointwise_kernel"], arrays.get("bias"))
    return _activated(graph, made, config)


def _batch_norm(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    axis = config.get("axis", -1)
    if axis not in (-1, [-1], len(given[0].shape), [len(given[0].shape)]):
        raise CheckpointError(f"batch norm over the axis {axis} is not converted, only over channels; {FROM_KERAS}")
    absent = {"gamma": np.ones, "beta": np.zeros}  # where the layer was told to do without
    size = len(arrays["moving_mean"])
    moments = [arrays[name] if name in arrays else absent[name](size) for name in MOMENTS]
    return graph.batch_norm(given[0], moments, float(config["epsilon"]))


def _dense(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    return _activated(graph, graph.dense(given[0], arrays["kernel"], arrays.get("bias")), config)


def _pooling(kind: str, graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    del arrays
    window = _window(config)
    size = _pair(config["pool_size"])
    return graph.pool(given[0], kind, size, strides=window["strides"], padding=window["padding"])


def _global_average(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    del arrays
    if config.get("data_format") == "channels_first" or config.get("keepdims"):
        raise CheckpointError(f"global pooling with channels first or kept sides is not converted; {FROM_KERAS}")
    return graph.mean(given[0])


def _relu(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    del arrays
    settings = (config.get("max_value"), config.get("negative_slope") or 0, config.get("threshold") or 0)
    names = {(None, 0, 0): "relu", (6, 0, 0): "relu6"}
    if settings not in names:
        raise CheckpointError(
            f"a ReLU with maximum {settings[0]}, slope {settings[1]}, threshold {settings[2]} is not converted"
        )
    return graph.activation(given[0], names[settings])


def _padding(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    del arrays
    height, width = config["padding"]
    return graph.pad(given[0], _pair(height), _pair(width))


def _sum(graph: TensorFlowGraph, given: Sequence[Value], config: Config, arrays: Arrays) -> Value:
    del config, arrays
    total = given[0]
    for value in given[1:]:
        total = graph.add(total, value)
    return total


LAYERS: dict[str, Callable[[TensorFlowGraph, Sequence[Value], Config, Arrays], Value]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "BatchNormalization": _batch_norm,
    "Dense": _dense,
    "Activation": lambda graph, given, config, _: _activated(graph, given[0], config),
    "Softmax": lambda graph, given, *_: graph.activation(given[0], "softmax"),
    "ReLU": _relu,
    "MaxPooling2D": partial(_pooling, "max"),
    "AveragePooling2D": partial(_pooling, "average"),
    "GlobalAveragePooling2D": _global_average,
    "Flatten": lambda graph, given, *_: graph.flatten(given[0]),
    "ZeroPadding2D": _padding,
    "Add": _sum,
    # Of these nothing is left once a network is trained.
    "Dropout": lambda _, given, *__: given[0],
    "SpatialDropout2D": lambda _, given, *__: given[0],
    "GaussianNoise": lambda _, given, *__: given[0],
}
