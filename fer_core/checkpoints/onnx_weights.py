"""Checkpoints whose network is an ONNX file that was trained elsewhere: `runtime` of their card is onnx.

    model.onnx                  the file as it was given, byte for byte
    card.json, network.config   which expression each output stands for ("-": none), layout, and what outputs are

There is no history: how it was trained is not known here. torch and onnx are imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core import files
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import WeightsEntry
from fer_core.checkpoints.weights import ONNX_FILE, check_file
from fer_core.errors import CheckpointError
from fer_core.onnx.graph import GraphInfo, inspect_graph

if TYPE_CHECKING:
    from fer_core.onnx.network import OnnxNetwork

LOGITS, PROBABILITIES = "logits", "probabilities"
NO_EXPRESSION = "-"


def load_onnx(card: Card) -> OnnxNetwork:
    """Return the file's network in eval mode.

    Raises:
        CheckpointError: if the file is missing, not the one that the card describes, or refused.
    """
    return onnx_network(card, stored_file(card))


def onnx_network(card: Card, content: bytes) -> OnnxNetwork:
    """Return the network of a file that takes and gives what a card's file does, in eval mode.

    Raises:
        CheckpointError: if the card does not name its outputs, or the file is refused.
    """
    from fer_core.onnx.network import OnnxNetwork
    from fer_core.onnx.session import OnnxSession

    columns = card.network.config.get("columns", [])
    if sorted(column for column in columns if column != NO_EXPRESSION) != sorted(card.expressions):
        raise CheckpointError(f"the card of {card.name} names the outputs {columns}; they must be its expressions")
    places = [columns.index(expression) for expression in card.expressions]
    session = OnnxSession(content, inspect_graph(content, card.input.size_px))
    return OnnxNetwork(session, places, is_probability=card.network.config.get("output") == PROBABILITIES).eval()


def stored_file(card: Card) -> bytes:
    """Return the bytes of a card's ONNX file. Raises CheckpointError if they are not those that it describes."""
    path = Path(card.folder or ".") / ONNX_FILE
    if card.weights is None:
        raise CheckpointError(f"the file of {card.name} is not shipped, its answers are; {card.how_to_remake}")
    check_file(path, card.weights)
    return path.read_bytes()


def onnx_problems(card: Card) -> list[str]:
    """Return a sentence for everything that a card says of its ONNX file and that the file contradicts."""
    content = stored_file(card)
    info, config = inspect_graph(content, card.input.size_px), card.network.config
    columns = config.get("columns", [])
    recorded_and_true = {
        "params": (card.params, info.params),
        "macs": (card.macs, info.macs),
        "input.channels": (card.input.channels, info.channels),
        "number of outputs": (len(columns), info.classes),
        "network.config": (dict(config), config_entry(info, columns, config.get("output", ""))),
        "weights.dtype": (card.shipped.dtype, _dtype(info)),
    }
    problems = [
        f"{key} is {recorded}, the file says {true}"
        for key, (recorded, true) in recorded_and_true.items()
        if recorded != true
    ]
    if sorted(column for column in columns if column != NO_EXPRESSION) != sorted(card.expressions):
        problems.append(f"network.config.columns is {columns}; it must name every expression once")
    return problems


def describe(path: Path, info: GraphInfo) -> WeightsEntry:
    """Return the card's `weights` entry for an ONNX file."""
    return WeightsEntry(sha256=files.sha256(path), bytes=path.stat().st_size, dtype=_dtype(info))


def _dtype(info: GraphInfo) -> str:
    return "int8 (ONNX)" if info.is_quantized else "float32 (ONNX)"


def config_entry(info: GraphInfo, columns: Sequence[str], output: str) -> dict[str, Any]:
    """Return the card's `network.config` of a file."""
    return {
        "num_classes": info.classes,
        "columns": list(columns),
        "output": output,
        "layout": info.layout,
        "opset": info.opset,
        "producer": info.producer,
    }
