"""What the report and the reviewer's bundle hold, from cards and profiles. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dashboard.pages.report.views import EntryView
from dashboard.plotting.html_export import TextTable
from dashboard.store.checkpoints import card_of, checkpoint_view, matrix_view
from dashboard.store.claims import claim_row
from dashboard.store.costs import latency_of
from fer_core.checkpoints.card import Card
from fer_core.evidence.claims import claim_for
from fer_core.report.archive import to_zip
from fer_core.report.bundle import bundle
from fer_core.report.citations import measurement_bibtex
from fer_core.report.latex import booktabs
from fer_core.versions import MADE_BY


def report_entry(name: str, address: str) -> EntryView:
    """Return what the report holds of a checkpoint. Raises CheckpointError if its card cannot be read."""
    card = card_of(name)
    row, claim = checkpoint_view(card), claim_for(card.network.name, card.data.name)
    return EntryView(
        row=row,
        matrix=matrix_view(name),
        claim=claim_row(claim, row) if claim else None,
        latency=latency_of(row),
        weights=_weights_hash(card),
        answers=card.logits[card.headline_split].sha256,
        address=address,
    )


def made() -> str:
    """Say with what a report is made, and on which day."""
    return f"{MADE_BY}, {datetime.now(UTC):%Y-%m-%d}"


def bundle_file(names: Sequence[str]) -> bytes:
    """Return the bundle for a reviewer. Raises FerError if a file of a checkpoint cannot be read."""
    return bundle([card_of(name) for name in names])


def latex_table(found: TextTable) -> bytes:
    """Return a table for LaTeX with the booktabs package."""
    label = f"tab:{found.title.lower()}"
    caption = f"{found.title}. {found.note}"
    return booktabs(found.header, found.rows, caption, label, found.numbers, found.prose).encode()


def bibtex_file(addresses: Mapping[str, str]) -> bytes:
    """Return how to cite the checkpoints' measurements; `addresses` of their pages by name."""
    return "\n".join(measurement_bibtex(card_of(name), address) for name, address in addresses.items()).encode()


def zip_file(contents: Mapping[str, bytes]) -> bytes:
    """Return files by name as one zip archive."""
    return to_zip(contents)


def _weights_hash(card: Card) -> str:
    stored = card.weights or card.dropped_weights
    return (stored.sha256 or "") if stored else ""
