"""Stored contract reports and exports, read from disk. No torch, no onnx."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dashboard.store.checkpoints import card_of
from dashboard.store.exports import exports
from dashboard.store.file_cache import cached_by_file
from fer_core.checkpoints.contract_report import COMMAND, ContractReport, load_report, report_path
from fer_core.errors import FerError
from fer_core.export.record import CheckpointExport


@dataclass(frozen=True)
class Reports:
    """Reports by checkpoint, and a sentence for each that cannot be used."""

    by_name: dict[str, ContractReport]
    problems: tuple[str, ...]


def reports(names: Iterable[str]) -> Reports:
    """Return the reports that are stored; a checkpoint without one is left out."""
    by_name, problems = {}, []
    for name in names:
        try:
            path = report_path(card_of(name))
            if path.is_file():
                by_name[name] = _report(path, name)
        except FerError as error:
            problems.append(str(error))
    return Reports(by_name, tuple(problems))


def export_of(name: str) -> CheckpointExport | None:
    """Return what was measured of a checkpoint's export with the weights that it has now. Raises FerError."""
    export, card = exports().get(name), card_of(name)
    return export if export and card.weights and export.weights == card.weights.sha256 else None


def is_scored(name: str) -> bool:
    """Whether a checkpoint was scored on its test split. Raises CheckpointError."""
    card = card_of(name)
    return card.data.test_split in card.scores


def command(name: str) -> str:
    """Return the command that checks a checkpoint."""
    return f"{COMMAND} {name}"


@cached_by_file(maxsize=256)
def _report(path: Path, name: str) -> ContractReport:
    return load_report(card_of(name))
