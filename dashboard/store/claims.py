"""A training of ours beside its paper's claim, the same words for every page. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.store.checkpoints import card_of
from dashboard.store.verdicts import training_seeds
from dashboard.views.checkpoints import BesideClaimView, CheckpointView
from dashboard.views.claims import ClaimRowView
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.claim_comparison import beside, claim_sentence
from fer_core.data import DATASETS
from fer_core.evidence.claims import Claim, claim_for

SAME_NETWORK = {"a_mobilenet-base": "mobilenet_v1"}  # a row that another name is the claim of


def claim_of(network: str, data: str) -> Claim | None:
    """Return what a paper claims of a network, also under its other name. Raises ConfigError for damaged claims."""
    return claim_for(network, data) or claim_for(SAME_NETWORK.get(network, network), data)


def claim_beside(seeds: Sequence[Card]) -> BesideClaimView:
    """Say how a training, one card per seed, stands beside its paper's claim. Raises ConfigError for damaged claims."""
    claim = claim_of(seeds[0].network.name, seeds[0].data.name)
    if claim is None:
        return BesideClaimView()
    comparison = beside(seeds, claim)
    return BesideClaimView(claim_sentence(comparison), comparison.deciding)


def claim_row(claim: Claim, ours: CheckpointView | None) -> ClaimRowView:
    """Return a claim beside the training, all its seeds, that stands for it on its data set, None without one."""
    seeds = [card_of(seed) for seed in training_seeds([ours.name])[ours.name]] if ours else []
    comparison = beside(seeds, claim) if seeds else None
    return ClaimRowView(
        data_title=DATASETS[claim.data].title,
        printed=claim.printed,
        split=claim.split,
        source=claim.source,
        note=claim.note,
        ours=ours,
        measured=comparison.ours if comparison else None,
        seeds=len(seeds),
        reasons=comparison.reasons if comparison else (),
        difference=comparison.difference if comparison else None,
        deciding=comparison.deciding if comparison else "",
    )
