"""Data of the guided story: papers and claims, our runs, parts, regions and leaks. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.pages.report.views import PaperView, StoryView
from dashboard.store.ablations import ablations
from dashboard.store.claims import claim_row
from dashboard.store.costs import network_costs
from dashboard.store.leak_effects import leak_effects_on, leak_prices
from dashboard.store.recommendation import placed_on, recommended
from dashboard.store.regions import has_regions, regions
from dashboard.store.training_curves import training_histories
from dashboard.store.training_groups import best_per_network
from dashboard.views.ablations import AblationRow
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.leak_effects import LeakEffectView, LeakPriceView
from dashboard.views.regions import RegionsView
from fer_core.checkpoints.default_selection import PAPERS
from fer_core.errors import FerError
from fer_core.evidence.claims import read_claims

LEVEL = "exact"  # copies pixel by pixel: near ones are a matter of a threshold


def story_view(rows: Mapping[str, CheckpointView]) -> StoryView:
    """Gather what the story says, on the data set that the pages open with; what is not there is left out.

    Args:
        rows: all checkpoints by name, at least one.

    Raises:
        FerError: if profiles or claims are missing or damaged.
    """
    shelf = list(rows.values())
    data = shelf[0].data
    placed = placed_on(shelf, data)
    ours = [row for row in placed if row.network.name in PAPERS]
    small, best = recommended(placed) if placed else (None, None)
    return StoryView(
        data_title=shelf[0].data_title,
        costs=tuple(cost for name in PAPERS for cost in network_costs() if cost.network.name == name),
        papers=tuple(_claims(shelf)),
        runs=tuple(ours),
        trainings=training_histories([row.name for row in ours])[0],
        parts=_parts(data),
        looks=_looks(shelf),
        leaks=_leaks(ours, data),
        prices=_prices(data),
        placed=tuple(placed),
        small=small,
        best=best,
    )


def _claims(shelf: Sequence[CheckpointView]) -> list[PaperView]:
    """Return every claim of the papers about their own networks, beside the run that validation prefers."""
    runs = {(row.network.name, row.data): row for row in best_per_network(shelf) if not row.is_leaky}
    titles = {cost.network.name: cost.network for cost in network_costs()}
    return [
        PaperView(titles[claim.network], claim.paper.short, claim_row(claim, runs.get((claim.network, claim.data))))
        for name in PAPERS
        for claim in read_claims()
        if claim.network == name == claim.paper.family and name in titles
    ]


def _parts(data: str) -> tuple[AblationRow, ...]:
    try:
        return tuple(row for paper in ablations(data).papers for row in paper.rows if row.step)
    except FerError:  # damaged claims or ledger: their page says so
        return ()


def _looks(shelf: Sequence[CheckpointView]) -> RegionsView | None:
    """Return what one of the papers' networks reads, on aligned faces where that was measured."""
    own = sorted((row for row in shelf if row.network.name in PAPERS), key=lambda row: PAPERS.index(row.network.name))
    known, _ = has_regions([row.name for row in own])
    for name in known:
        try:
            return regions(name)
        except FerError:  # damaged, or of other weights: its page says so
            continue
    return None


def _prices(data: str) -> tuple[LeakPriceView, ...]:
    try:
        return leak_prices(data)
    except FerError:
        return ()


def _leaks(ours: Sequence[CheckpointView], data: str) -> tuple[LeakEffectView, ...]:
    try:
        return leak_effects_on(ours, data, LEVEL)[0]
    except FerError:  # no audit is stored
        return ()
