"""Contents of the report and the reviewer's bundle, from cards and profiles. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pages.report.views import EntryView
from dashboard.store.checkpoints import card_of, checkpoint_view, matrix_view
from dashboard.store.claims import claim_row
from dashboard.store.costs import latency_of
from dashboard.store.provenance import weights_sha256
from fer_core.evidence.claims import claim_for
from fer_core.report.bundle import bundle


def report_entry(name: str, address: str) -> EntryView:
    """Return what the report holds of a checkpoint. Raises CheckpointError if its card cannot be read."""
    card = card_of(name)
    row, claim = checkpoint_view(card), claim_for(card.network.name, card.data.name)
    return EntryView(
        row=row,
        matrix=matrix_view(name),
        claim=claim_row(claim, row) if claim else None,
        latency=latency_of(row),
        weights=weights_sha256(name),
        answers=card.logits[card.headline_split].sha256,
        address=address,
    )


def bundle_file(names: Sequence[str]) -> bytes:
    """Return the bundle for a reviewer. Raises FerError if a file of a checkpoint cannot be read."""
    return bundle([card_of(name) for name in names])
