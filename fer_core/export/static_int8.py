"""Weights and activations in 8 bits: static quantisation, calibrated on faces that the network was trained on.

Each convolution and linear layer gets a scale a channel for its weights and one for its activations, from the smallest
and the largest value that the calibration faces bring. What stands for a SELU stays float32: its exponential bends most
where an activation's 256 steps are coarsest, and float code for it is as fast.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.export.to_onnx import INPUT
from fer_core.onnx.rewrite import MARK

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime.quantization import CalibrationDataReader

BATCH = 64
METHOD = "static QDQ, weights int8 a channel, activations uint8, MinMax"


def quantized_model(model: ModelProto, faces: np.ndarray) -> ModelProto:
    """Return the model in 8 bits; the given one stays as it is.

    Args:
        faces: float32 (N, C, S, S), the inputs that calibrate it.
    """
    import onnx
    from onnxruntime import quantization

    with tempfile.TemporaryDirectory() as folder:  # onnxruntime works on files
        before, after = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        prepared = Path(folder) / "prepared.onnx"
        onnx.save(model, before)
        quantization.quant_pre_process(before, prepared, skip_symbolic_shape=True)  # onnx's own is enough
        quantization.quantize_static(
            prepared,
            after,
            _reader(faces),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            calibrate_method=quantization.CalibrationMethod.MinMax,
            nodes_to_exclude=[node.name for node in model.graph.node if node.name.startswith(MARK)],
        )
        found = onnx.load(after)
    found.ClearField("metadata_props")
    return found


def _reader(faces: np.ndarray) -> CalibrationDataReader:
    from onnxruntime import quantization

    class Batches(quantization.CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
        def __init__(self) -> None:
            self._batches: Iterator[np.ndarray] = (faces[i : i + BATCH] for i in range(0, len(faces), BATCH))

        def get_next(self) -> dict[str, np.ndarray] | None:
            batch = next(self._batches, None)
            return None if batch is None else {INPUT: batch}

    return Batches()
