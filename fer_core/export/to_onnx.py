"""A network as one ONNX file: (N, C, S, S) float32 faces in, (N, K) logits out."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import nn

from fer_core.errors import ConfigError
from fer_core.images.preprocessing import InputSpec
from fer_core.onnx.rewrite import rewrite_selu

if TYPE_CHECKING:
    from onnx import ModelProto

INPUT, OUTPUT = "faces", "logits"
MOST_FACES = 4096  # of one batch; torch's exporter wants to know a largest one


def onnx_model(network: nn.Module, spec: InputSpec) -> tuple[ModelProto, int]:
    """Export a network in eval mode with torch's own exporter, batch norm folded, SELU rewritten.

    What the exporter notes of the code it came from (paths of this machine) is left out.

    Returns:
        the model, and how many SELU operators were rewritten.

    Raises:
        ConfigError: if torch cannot export it.
    """
    shape = (2, spec.channels, spec.size_px, spec.size_px)  # one face alone would fix the batch
    faces = torch.export.Dim("faces", min=1, max=MOST_FACES)
    try:
        with _quiet():
            program = torch.onnx.export(
                network.to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
                (torch.zeros(shape),),
                dynamo=True,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=({0: faces},),
            )
    except torch.onnx.errors.OnnxExporterError as error:
        raise ConfigError(f"torch cannot export this network: {str(error).splitlines()[0]}") from error
    if program is None:
        raise ConfigError("torch made no ONNX program of this network; another version of torch may")
    model = program.model_proto
    _strip_notes(model)
    return model, rewrite_selu(model)


def _strip_notes(model: ModelProto) -> None:
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.ClearField("value_info")  # shapes in between, which readers infer


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's report of its steps and its remark that torchvision is not installed."""
    log = logging.getLogger("torch.onnx")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
