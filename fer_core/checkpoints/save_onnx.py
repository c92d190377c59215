"""Write an ONNX file that was trained elsewhere as a checkpoint: the file first, the card last. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.card_schema import check_name
from fer_core.checkpoints.logits import StoredLogits
from fer_core.checkpoints.onnx_weights import config_entry, describe
from fer_core.checkpoints.save import clear_unfinished, store_splits, write_true
from fer_core.checkpoints.weights import ONNX_FILE, plain
from fer_core.errors import CheckpointError
from fer_core.images.preprocessing import InputSpec
from fer_core.onnx.graph import inspect_graph
from fer_core.records import parsed

ONNX, RECIPE = "onnx", "imported"


def publish_onnx(  # noqa: PLR0913 - everything that a checkpoint is; keyword-only
    root: Path | str,
    name: str,
    *,
    content: bytes,
    columns: Sequence[str],
    output: str,
    expressions: Sequence[str],
    input_spec: InputSpec,
    data: Mapping[str, Any],
    training: Mapping[str, Any],
    logits: Mapping[str, StoredLogits],
    fingerprint: Mapping[str, Any],
) -> Path:
    """Write an ONNX file as a checkpoint folder and return it; see `save.publish` for what is shared.

    Args:
        columns: the expression of each of the file's outputs, or "-"; output: logits or probabilities.
        logits: by split, as `OnnxNetwork` gives them: columns in the order of `expressions`.

    Raises:
        CheckpointError: if the name is taken or no name, an entry is wrong, or a file cannot be written.
    """
    check_name(name)
    folder = Path(root) / name
    info = inspect_graph(content, input_spec.size_px)
    clear_unfinished(folder)
    write_file(folder / ONNX_FILE, content)
    entries = {
        "name": name,
        "runtime": ONNX,
        "network": {"name": name.partition(".")[0], "config": config_entry(info, columns, output)},
        "expressions": list(expressions),
        "input": input_spec.as_dict(),
        "data": dict(data),
        "training": dict(training),
        "protocol": None,
        "params": info.params,
        "macs": info.macs,
        "claim": None,
        "weights": describe(folder / ONNX_FILE, info).model_dump(),
        "teacher_logits": None,
        "fingerprint": dict(fingerprint),
        **store_splits(folder, logits, expressions, data.get("validation_split")),
        "limits": _limits(data, expressions),
    }
    card = parsed(Card, plain(entries), CheckpointError, f"the card of {name} would not be true")
    write_true(card.model_copy(update={"folder": folder}))
    return folder


def restore_onnx(card: Card, content: bytes) -> Path:
    """Write the file of a checkpoint that ships its answers only, and its card; return the folder.

    Raises:
        CheckpointError: if it has its file, or the card would not be true.
    """
    if card.weights:
        raise CheckpointError(f"{card.name} has its file already; `fer costs {card.name}` times it")
    path = card.home / ONNX_FILE
    write_file(path, content)
    described = describe(path, inspect_graph(content, card.input.size_px))
    write_true(card.model_copy(update={"weights": described, "dropped_weights": None}))
    return card.home


def _limits(data: Mapping[str, Any], expressions: Sequence[str]) -> str:
    return (
        f"Trained elsewhere and imported as ONNX, as a reader of {data.get('title')}; on which faces is not known "
        f"here, so scores may be of faces that it has seen. It says which of {len(expressions)} expressions labellers "
        "would most likely have named, not what a person feels. Not for decisions about people."
    )
