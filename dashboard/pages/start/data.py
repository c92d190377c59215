"""The start page's networks, and the state of the papers' claims. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pages.start.views import PaperView
from dashboard.plotting.cost_layout import pareto_front
from dashboard.store.claims import claim_row
from dashboard.store.recommendation import recommended
from dashboard.store.training_groups import runs_by_data
from dashboard.views.checkpoints import CheckpointView
from fer_core.checkpoints.default_selection import PAPERS
from fer_core.evidence.claims import Claim, read_claims

MOST_LABELS = 6


def named(placed: Sequence[CheckpointView]) -> list[tuple[str, CheckpointView]]:
    """Return the recommended runs, each with what for; one that is both small and most accurate stands once.

    Args:
        placed: as `store.recommendation.placed_on` gives them, at least one.
    """
    small, best = recommended(placed)
    if small is None:
        return [("Most accurate", best)]
    if small is best:
        return [("Most accurate, and up to 1 M parameters", best)]
    return [("Up to 1 M parameters", small), ("Most accurate", best)]


def papers(rows: Sequence[CheckpointView], data: str) -> list[PaperView]:
    """Return one claim a paper beside our run: on `data`, or else on the first set of which both are known.

    Raises:
        ConfigError: if the claims cannot be read.
    """
    return [view for network in PAPERS if (view := _paper(rows, network, data))]


def _paper(rows: Sequence[CheckpointView], network: str, data: str) -> PaperView | None:
    runs = runs_by_data(rows, network)
    order = [data, *(other for other in runs if other != data)]
    claims: dict[str, Claim] = {claim.data: claim for claim in reversed(read_claims()) if claim.network == network}
    for name in order:
        if name in claims and name in runs:
            ours = runs[name][0]
            return PaperView(ours, claim_row(claims[name], ours))
    return None


def highlighted(placed: Sequence[CheckpointView], cost: str) -> frozenset[str]:
    """Return the names of at most six rows that a chart names: the recommended, the papers', the cheapest of the front.

    Args:
        placed: as for `named`.
    """
    wanted = [row for row in recommended(placed) if row]
    wanted += [row for row in placed if row.network.name in PAPERS]
    wanted += pareto_front(placed, cost)
    return frozenset(list(dict.fromkeys(row.name for row in wanted))[:MOST_LABELS])
