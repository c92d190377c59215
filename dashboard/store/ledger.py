"""The evidence ledger, read again only if its file changed. No torch, no data set."""

from __future__ import annotations

from pathlib import Path

from dashboard.store.file_cache import cached_by_file
from fer_core.evidence.ledger import PATH, Ledger, LedgerRow, read_ledger


def ledger() -> Ledger:
    """Return what others claim, what was measured of theirs, and findings.

    Raises:
        ConfigError: if the ledger's file is damaged.
    """
    return _ledger(PATH)


def ledger_rows() -> tuple[LedgerRow, ...]:
    """Return what others claim and what was measured of theirs. Raises ConfigError if the ledger's file is damaged."""
    return ledger().rows


@cached_by_file(maxsize=4)
def _ledger(path: Path) -> Ledger:
    return read_ledger(path)
