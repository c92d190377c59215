"""The evidence ledger with this machine's own checkpoints in it. No torch, no data set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.file_cache import cached_by_file
from fer_core.data import DATASETS
from fer_core.evidence.ledger import DATA, PATH, STATUSES, Finding, Ledger, LedgerRow, read_ledger, row_of_card


@dataclass(frozen=True)
class Evidence:
    """Ledger rows of all data sets, the largest number first, findings, the titles of the data sets by name, and what
    each status means.

    `problems` say which checkpoint's card cannot be read, so that its row is missing.
    """

    rows: tuple[LedgerRow, ...]
    findings: tuple[Finding, ...]
    titles: dict[str, str]
    statuses: dict[str, str]
    problems: tuple[str, ...]


def evidence() -> Evidence:
    """Return what is claimed and what was measured. Raises ConfigError if the ledger's file is damaged."""
    found = _ledger(PATH)
    shelf = load_checkpoints()
    rows = [*found.rows, *(row_of_card(card_of(row.name)) for row in shelf.checkpoints)]
    titles = {name: DATASETS[name].title for name in DATA}
    rows.sort(key=lambda row: -_largest(row))
    return Evidence(tuple(rows), found.findings, titles, STATUSES, shelf.problems)


def ledger_rows() -> tuple[LedgerRow, ...]:
    """Return what others claim and what was measured of theirs. Raises ConfigError if the ledger's file is damaged."""
    return _ledger(PATH).rows


def _largest(row: LedgerRow) -> float:
    measured = row.measured[0].accuracy.value if row.measured else None
    return max(measured or 0.0, row.accuracy or 0.0)


@cached_by_file(maxsize=4)
def _ledger(path: Path) -> Ledger:
    return read_ledger(path)
