"""Compare a network in float32 and in 8 bits, layer by layer on training faces, and calibrations on validation faces.

No test face is asked: what is chosen here would otherwise be chosen by the faces that judge it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core import checkpoints
from fer_core.export.int8_errors import MEAN_RANGE, CalibrationScore, Int8Errors, LayerError
from fer_core.export.measure import BATCH, CALIBRATION_FACES, PACKAGES, training_inputs
from fer_core.export.static_int8 import OPTIONS, batches, prepared, quantized
from fer_core.export.to_onnx import INPUT, onnx_model
from fer_core.images.preprocessing import images_to_input
from fer_core.inference.predictor import faces_of
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.rewrite import MARK
from fer_core.onnx.session import OnnxSession
from fer_core.versions import versions

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

FACES = 64
# What rounds: others pick, clip or move values, which 8 bits change no further.
WEIGHTED = ("Conv", "Gemm", "MatMul")
POOLING = ("ReduceMean", "GlobalAveragePool", "AveragePool")
ROUNDING = (*WEIGHTED, *POOLING, "Add", "Mul", "HardSigmoid", "Sigmoid", "Concat")


def int8_errors(folder: Path | str, root: Path | None = None, faces: int = FACES) -> Int8Errors:
    """Measure where a checkpoint loses in 8 bits.

    Args:
        folder: the checkpoint. root: where the data sets are.
        faces: of the training split, on which layers are compared; they are among those that calibrate.

    Raises:
        CheckpointError, DataError, ConfigError: what is missing or damaged, or cannot be exported.
    """
    network, card = checkpoints.load_torch_network(folder)
    calibrating, compared = (training_inputs(card, count, root) for count in (CALIBRATION_FACES, faces))
    validation = faces_of(card, card.data.validation_split, root)
    model, _ = onnx_model(network, card.input.spec)
    with tempfile.TemporaryDirectory() as temporary:
        paths = _Paths(prepared(model, Path(temporary)), Path(temporary))
        layers, logits_db = _layer_errors(paths, calibrating, compared)
        inputs = images_to_input(validation.images, card.input.spec)
        right, scores = _calibration_scores(paths, calibrating, inputs, validation.labels)
    return Int8Errors(
        weights=card.shipped.sha256,
        measured=datetime.now(UTC).date().isoformat(),
        versions=versions(PACKAGES),
        split=card.data.train_split,
        faces=len(compared),
        logits_db=logits_db,
        layers=layers,
        validation=card.data.validation_split,
        n=len(validation),
        right=right,
        calibrations=scores,
    )


@dataclass(frozen=True)
class _Paths:
    """A prepared float32 model, and the folder for what is made of it."""

    float32: Path
    folder: Path

    def ranges(self, calibration: str) -> Path:
        """Where the ranges of a calibration are kept."""
        return self.folder / f"{list(OPTIONS).index(calibration)}.json"


def decibels(signal: np.ndarray, noisy: np.ndarray) -> float:
    """Return signal to noise in decibels, to a hundredth, by onnxruntime's own formula; over 300 for equals."""
    from onnxruntime.quantization.qdq_loss_debug import compute_signal_to_quantization_noice_ratio

    return round(float(compute_signal_to_quantization_noice_ratio(signal, noisy)), 2)


def _layer_errors(paths: _Paths, calibrating: np.ndarray, inputs: np.ndarray) -> tuple[tuple[LayerError, ...], float]:
    import onnx

    graph = onnx.load(paths.float32).graph
    ranges = paths.ranges(MEAN_RANGE)
    whole = quantized(paths.float32, calibrating, ranges=ranges)
    activations = _activation_errors(paths, whole, inputs)
    expected = _answers(onnx.load(paths.float32), inputs)
    shown_as = {node.name: [node.output[0], *_clipped(node, graph)] for node in graph.node}

    def error(node: NodeProto, name: str, kind: str) -> LayerError:
        alone = quantized(paths.float32, calibrating, only=[node.name], ranges=ranges)
        return LayerError(
            name=name,
            operator=node.op_type,
            kind=kind,
            activation_db=next((activations[tensor] for tensor in shown_as[node.name] if tensor in activations), None),
            alone_db=decibels(expected, _answers(alone, inputs)),
        )

    return tuple(error(*layer) for layer in named_layers(graph)), decibels(expected, _answers(whole, inputs))


def _clipped(node: NodeProto, graph: GraphProto) -> list[str]:
    """What a node's output is after a ReLU or ReLU6, with which its rounding is one step in 8 bits."""
    return [
        reader.output[0]
        for reader in graph.node
        if reader.op_type in ("Relu", "Clip") and reader.input[0] == node.output[0]
    ]


def _activation_errors(paths: _Paths, whole: ModelProto, inputs: np.ndarray) -> dict[str, float]:
    """Decibels of each activation by tensor, of the model with all layers in 8 bits beside the float32 one."""
    import onnx
    from onnxruntime.quantization import qdq_loss_debug as debug

    int8, activations = paths.folder / "int8.onnx", []
    onnx.save(whole, int8)
    for path in (int8, paths.float32):
        shown = path.with_suffix(".shown.onnx")
        debug.modify_model_output_intermediate_tensors(path, shown)
        activations.append(debug.collect_activations(str(shown), batches(inputs, INPUT)))
    matched = {
        name: values for name, values in debug.create_activation_matching(*activations).items() if "float" in values
    }
    return {name: round(errors["xmodel_err"], 2) for name, errors in debug.compute_activation_error(matched).items()}


def _answers(model: ModelProto, faces: np.ndarray) -> np.ndarray:
    content = model.SerializeToString()
    session = OnnxSession(content, inspect_graph(content))
    return np.concatenate([session.run(faces[i : i + BATCH]) for i in range(0, len(faces), BATCH)])


def _calibration_scores(
    paths: _Paths, calibrating: np.ndarray, faces: np.ndarray, labels: np.ndarray
) -> tuple[int, dict[str, CalibrationScore]]:
    """What float32 has right, and what each calibration makes of it."""
    import onnx

    expected = _answers(onnx.load(paths.float32), faces)
    scores = {}
    for calibration in OPTIONS:
        ranges = paths.ranges(calibration)
        answers = _answers(quantized(paths.float32, calibrating, calibration=calibration, ranges=ranges), faces)
        scores[calibration] = CalibrationScore(
            changed=int((answers.argmax(1) != expected.argmax(1)).sum()),
            right=int((answers.argmax(1) == labels).sum()),
            logits_db=decibels(expected, answers),
        )
    return int((expected.argmax(1) == labels).sum()), scores


def named_layers(graph: GraphProto) -> Iterator[tuple[NodeProto, str, str]]:
    """Yield each node that rounds, with its module's name and the kind of part that it is.

    A convolution or linear layer is called like its weights; other operators like the one that they stand behind.
    """
    makers = {output: node for node in graph.node for output in node.output}
    weighted = [node.name for node in graph.node if node.op_type in WEIGHTED]
    ends = {weighted[-1]: "last layer", weighted[0]: "first layer"}
    swish = {makers[tensor].name for node in graph.node if (tensor := _self_gate(node, makers))}
    for node in graph.node:
        if node.op_type not in ROUNDING or node.name.startswith(MARK):
            continue
        own = node
        while own.op_type not in WEIGHTED and any(tensor in makers for tensor in own.input):
            own = next(makers[tensor] for tensor in own.input if tensor in makers)
        is_swish = node.name in swish or _self_gate(node, makers)
        yield node, _module(own), ends.get(node.name) or ("activation" if is_swish else _kind(node, makers))


def _self_gate(node: NodeProto, makers: dict[str, NodeProto]) -> str | None:
    """The tensor by which a product scales what that tensor was made of: x sigmoid(x), a swish; else None."""
    if node.op_type != "Mul":
        return None
    return next(
        (tensor for tensor in node.input if tensor in makers and set(makers[tensor].input) & set(node.input)), None
    )


def _module(node: NodeProto) -> str:
    weights = node.input[1] if node.op_type in WEIGHTED else node.output[0]
    return weights.removesuffix(".weight")


def _kind(node: NodeProto, makers: dict[str, NodeProto]) -> str:
    names = {"Add": "sum", "Mul": "product", "HardSigmoid": "gate", "Sigmoid": "gate", "Concat": "concatenation"}
    if node.op_type not in WEIGHTED:
        return names.get(node.op_type, "pooling")
    if node.op_type != "Conv":
        return "linear"
    if _is_pooled(node.input[0], makers):
        return "gate"
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    return "depthwise" if groups > 1 else "convolution"


def _is_pooled(tensor: str, makers: dict[str, NodeProto]) -> bool:
    """Whether a tensor has one value a channel: pooled, then perhaps through layers and activations."""
    while tensor in makers:
        node = makers[tensor]
        if node.op_type in ("ReduceMean", "GlobalAveragePool"):
            return True
        if node.op_type not in ("Conv", "Relu", "HardSigmoid", "Sigmoid"):
            return False
        tensor = node.input[0]
    return False
