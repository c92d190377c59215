"""A training of ours beside its paper's claim, the same words for every page. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.views.checkpoints import BesideClaimView
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.claim_comparison import beside, claim_sentence
from fer_core.evidence.claims import Claim, claim_for

SAME_NETWORK = {"a_mobilenet-base": "mobilenet_v1"}  # a row that another name is the claim of


def claim_of(network: str, data: str) -> Claim | None:
    """Return what a paper claims of a network, also under its other name. Raises ConfigError for damaged claims."""
    return claim_for(network, data) or claim_for(SAME_NETWORK.get(network, network), data)


def claim_beside(seeds: Sequence[Card]) -> BesideClaimView:
    """Say how a training, one card a seed, stands beside its paper's claim. Raises ConfigError for damaged claims."""
    claim = claim_of(seeds[0].network.name, seeds[0].data.name)
    if claim is None:
        return BesideClaimView()
    found = beside(seeds, claim)
    return BesideClaimView(claim_sentence(found), not found.reasons)
