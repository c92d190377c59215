"""Papers' claims beside checkpoints, from cards. No torch, no data set."""

from __future__ import annotations

from dashboard.store.checkpoints import card_of
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.claims import ClaimRowView
from fer_core.checkpoints.claim_comparison import beside
from fer_core.data import DATASETS
from fer_core.evidence.claims import Claim


def claim_row(claim: Claim, ours: CheckpointView | None) -> ClaimRowView:
    """Return a claim beside the checkpoint that stands for it on its data set, None without one."""
    found = beside(card_of(ours.name), claim) if ours else None
    return ClaimRowView(
        data_title=DATASETS[claim.data].title,
        printed=claim.printed,
        split=claim.split,
        source=claim.source,
        note=claim.note,
        ours=ours,
        reasons=found.reasons if found else (),
        difference=found.difference if found else None,
    )
