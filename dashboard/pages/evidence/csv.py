"""The ledger as a CSV file: one row per claim or measurement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dashboard.plotting.export import rows_as_csv
from dashboard.ui.chart_panel import csv_file

if TYPE_CHECKING:
    from fer_core.evidence.ledger import LedgerRow


def ledger_file(key: str, rows: Sequence[LedgerRow]) -> None:
    """Offer rows of the evidence ledger as a file."""
    csv_file(key, partial(ledger_csv, rows))


def ledger_csv(rows: Sequence[LedgerRow]) -> bytes:
    """Return ledger rows as CSV, a row each."""
    return rows_as_csv([_flat_ledger(row) for row in rows])


def _flat_ledger(row: LedgerRow) -> dict[str, object]:
    measured = row.measured[0] if row.measured else None
    accuracy = measured.accuracy if measured else None
    is_ours = measured is not None and row.n is not None  # then split and n are those of the measurement
    return {
        "name": row.name,
        "data": row.data,
        "year": row.year,
        "claimed_percent": row.claimed,
        "claimed_on": None if is_ours else row.split,
        "claimed_n": None if is_ours else row.n,
        "measured_k": measured.k if measured else None,
        "measured_n": measured.n if measured else None,
        "measured_on": measured.split if measured else None,
        "measured_low": accuracy.low if accuracy else None,
        "measured_high": accuracy.high if accuracy else None,
        "status": row.status,
        "why": row.why,
        "protocol": row.protocol,
        "selection": row.selection,
        "source": row.source,
        "links": " ".join(row.links),
    }
