"""Checkpoints as ONNX files, made in memory, with what a page must know to feed them and to read their answers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fer_core import checkpoints, models
from fer_core.checkpoints.card import Card
from fer_core.export.measure import Tell, files_made_here
from fer_core.export.record import CheckpointExport, ExportedFile, read_exports


@dataclass(frozen=True)
class PageNetwork:
    """A network of the page: its entry in networks.json, and its files by name."""

    entry: dict[str, Any]
    files: dict[str, bytes]


def page_network(folder: Path, tell: Tell, root: Path | None = None) -> PageNetwork:
    """Export a checkpoint for the page, without scoring it; in 8 bits too, where training faces are here.

    Args:
        tell: is called with a sentence where there is no int8. root: where the data sets are.

    Raises:
        CheckpointError, ConfigError: what is missing or damaged, or cannot be exported.
    """
    card = checkpoints.torch_card(folder)
    contents = files_made_here(card, root, tell).contents
    scored = read_exports().get(card.name)
    names = {precision: f"{card.name}.{precision}.onnx" for precision in contents}
    known = models.entry(card.network.name)
    entry = {
        "checkpoint": card.name,
        "title": known.title,
        "family": known.family,
        "expressions": list(card.expressions),
        "input": card.input.spec.as_dict(),
        "files": {key: _file(names[key], content, _scored(scored, key), card) for key, content in contents.items()},
    }
    return PageNetwork(entry, {names[precision]: content for precision, content in contents.items()})


def _scored(export: CheckpointExport | None, precision: str) -> ExportedFile | None:
    return getattr(export, precision) if export else None


def _file(name: str, content: bytes, scored: ExportedFile | None, card: Card) -> dict[str, Any]:
    """A file's entry; its accuracy is that of a stored export of the very same bytes, else null."""
    digest = sha256(content).hexdigest()
    accuracy = None
    if scored and scored.sha256 == digest:
        accuracy = {**scored.accuracy.model_dump(), "n": scored.n, "split": card.data.test_split}
    return {"name": name, "bytes": len(content), "sha256": digest, "accuracy": accuracy}
