"""What exported files answer, from evidence/exports.json. No torch, no onnx."""

from __future__ import annotations

from pathlib import Path

from dashboard.store.file_cache import cached_by_file
from fer_core.export import record
from fer_core.export.record import CheckpointExport


def exports() -> dict[str, CheckpointExport]:
    """Return the stored exports by checkpoint. Raises ConfigError for a damaged file."""
    return _exports(record.PATH)


@cached_by_file(maxsize=2)
def _exports(path: Path) -> dict[str, CheckpointExport]:
    return record.read_exports(path)
