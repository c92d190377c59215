"""Weights and activations in 8 bits: static quantisation, calibrated on faces that the network was trained on.

Each convolution and linear layer gets a scale a channel for its weights and one for its activations. An activation's
range is the mean, over batches of about 64 calibration faces, of the smallest and of the largest value in a batch: the
range of all faces together is set by a few rare values, for which all others pay with coarser steps (measured by
`export.measure_int8_errors`). What stands for a SELU stays float32: its exponential bends most where the 256 steps of
an activation are coarsest, and float code for it is as fast.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.errors import ConfigError
from fer_core.export.int8_errors import MEAN_RANGE, WHOLE_RANGE
from fer_core.onnx.graph import inspect_graph, parsed_model
from fer_core.onnx.rewrite import MARK

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime.quantization import CalibrationDataReader

BATCH = 64
OPTIONS = {MEAN_RANGE: {"CalibMovingAverage": True}, WHOLE_RANGE: {}}  # as onnxruntime calls them
METHOD = f"static QDQ, weights int8 a channel, activations uint8, {MEAN_RANGE}"


class QuantizationError(ConfigError):
    """A file that cannot be stored in 8 bits, and why."""


def quantized_file(content: bytes, faces: np.ndarray) -> bytes:
    """Return a float32 file in 8 bits.

    Args:
        faces: float32 (N, C, S, S), the inputs that calibrate it, whatever layout the file wants.

    Raises:
        QuantizationError: if it is in 8 bits already, takes batches of one size only, or onnxruntime cannot do it.
    """
    info = inspect_graph(content)
    if info.is_quantized:
        raise QuantizationError("the file is in 8 bits already")
    if info.batch:
        raise QuantizationError(f"the file takes batches of {info.batch} only, calibration needs about {BATCH}")
    given = faces if info.layout == "NCHW" else faces.transpose(0, 2, 3, 1)
    try:
        return quantized_model(parsed_model(content), given).SerializeToString(deterministic=True)
    except Exception as error:  # onnxruntime's own errors have no common class
        raise QuantizationError(
            f"onnxruntime cannot quantise the file: {type(error).__name__} {error}"[:300]
        ) from error


def quantized_model(model: ModelProto, faces: np.ndarray) -> ModelProto:
    """Return the model in 8 bits; the given one stays as it is.

    Args:
        faces: float32, the inputs that calibrate it, as it takes them.
    """
    with tempfile.TemporaryDirectory() as folder:
        return quantized(prepared(model, Path(folder)), faces)


def prepared(model: ModelProto, folder: Path) -> Path:
    """Write a model as onnxruntime wants it before it quantises, functions inlined, every node named; return where."""
    import onnx
    from onnxruntime import quantization

    before, after = folder / "float32.onnx", folder / "prepared.onnx"
    onnx.save(model, before)
    quantization.quant_pre_process(before, after, skip_symbolic_shape=True)  # onnx's own is enough
    named = onnx.load(after)
    for node in named.graph.node:
        node.name = node.name or node.output[0]
    onnx.save(named, after)
    return after


def quantized(
    model: Path,
    faces: np.ndarray,
    *,
    calibration: str = MEAN_RANGE,
    only: Sequence[str] = (),
    ranges: Path | None = None,
) -> ModelProto:
    """Return a `prepared` model in 8 bits.

    Args:
        faces: as for `quantized_model`. calibration: how ranges are found, of OPTIONS.
        only: names of nodes, others stay float32; () for all but what stands for a SELU.
        ranges: where activations' ranges are kept, so that a second call need not ask the faces again.
    """
    import onnx
    from onnxruntime import quantization

    graph = onnx.load(model).graph
    stored = {tensor.name for tensor in graph.initializer}
    picture = next(value.name for value in graph.input if value.name not in stored)
    with tempfile.TemporaryDirectory() as folder:  # onnxruntime works on files
        after = Path(folder) / "int8.onnx"
        quantization.quantize_static(
            model,
            after,
            batches(faces, picture),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            calibrate_method=quantization.CalibrationMethod.MinMax,
            nodes_to_quantize=list(only),
            nodes_to_exclude=[node.name for node in graph.node if node.name.startswith(MARK)],
            extra_options=OPTIONS[calibration],
            calibration_cache_path=ranges,
        )
        int8 = onnx.load(after)
    int8.ClearField("metadata_props")
    return int8


def batches(faces: np.ndarray, name: str) -> CalibrationDataReader:
    """Return a reader of the faces in batches of about 64, all of about one size, for the input of that name."""
    from onnxruntime import quantization

    class Batches(quantization.CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
        def __init__(self) -> None:
            self._batches: Iterator[np.ndarray] = iter(np.array_split(faces, max(1, round(len(faces) / BATCH))))

        def get_next(self) -> dict[str, np.ndarray] | None:
            batch = next(self._batches, None)
            return None if batch is None else {name: batch}

    return Batches()
