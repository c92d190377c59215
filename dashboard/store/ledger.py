"""The evidence ledger, read again only if its file changed. No torch, no data set."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fer_core.evidence.ledger import PATH, Ledger, LedgerRow, read_ledger


def ledger() -> Ledger:
    """Return what others claim, what was measured of theirs, and findings.

    Raises:
        ConfigError: if the ledger's file is damaged.
    """
    return _read(PATH, PATH.stat().st_mtime_ns if PATH.is_file() else 0)


def ledger_rows() -> tuple[LedgerRow, ...]:
    """Return what others claim and what was measured of theirs. Raises ConfigError if the ledger's file is damaged."""
    return ledger().rows


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> Ledger:
    return read_ledger(path)
