"""Audits of data sets, from the versioned files. No torch, no data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dashboard.store.file_cache import cached_by_file
from fer_core.data.audit import report


def audit_path(data: str) -> Path:
    """Return where a set's audit lies; it need not exist."""
    return report.path_of(data, report.ROOT)


def stored_audit(data: str) -> dict[str, Any]:
    """Return a set's audit, read again only if its file changed. Raises DataError if it is missing or damaged."""
    return _read(audit_path(data), data)


@cached_by_file(maxsize=16)
def _read(path: Path, data: str) -> dict[str, Any]:
    return report.read(data, path.parent)
