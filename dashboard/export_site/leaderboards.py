"""The leaderboard of each data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import leaderboard_file
from dashboard.pages.overview.data import leaderboard
from dashboard.pages.overview.ranking import how_made, ordered
from dashboard.pages.overview.tables import leaderboard_parts
from dashboard.pages.overview.text import CLAIMS, SHOWN, elsewhere, fitting, overview, unshown
from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.cost_layout import pareto_front
from dashboard.plotting.site_export import BY_VARIABLE
from dashboard.plotting.site_page import SitePage, SiteSection
from dashboard.store.ranking import rankable
from dashboard.store.training_groups import one_per_network
from dashboard.store.verdicts import power_of

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView

MENU = "Leaderboard"
COST = "macs"


def leaderboard_pages(shelf: Shelf) -> Iterator[SitePage]:
    """Yield a page a data set on which a network is scored."""
    siblings = tuple((title, leaderboard_file(data)) for data, title in shelf.data_titles.items())
    for data, title in shelf.data_titles.items():
        rows = fitting(list(shelf.rows.values()), data, "any")
        ranking = rankable(rows)
        scored = list(ranking.rows)
        placed = one_per_network(scored)
        sections = [_best(shelf, placed, scored, elsewhere(rows, ranking))] if placed else []
        if len(scored) > len(placed):
            sections.append(_all(shelf, scored))
        yield SitePage(leaderboard_file(data), f"{MENU}: {title}", MENU, tuple(sections), siblings)


def _best(shelf: Shelf, placed: Sequence[CheckpointView], scored: Sequence[CheckpointView], others: str) -> SiteSection:
    """Return the run of each network that validation prefers, with verdicts on the leader."""
    board = leaderboard(placed, scored)
    chart = shelf.chart(accuracy_against_cost, placed, pareto_front(placed, COST), COST)
    table = shelf.table(leaderboard_parts(ordered(board, "accuracy"), board.leader, BY_VARIABLE), note=CLAIMS)
    return SiteSection(
        sentences=(overview(board, COST), power_of(board.leads)),
        figures=(table, chart),
        notes=(*board.problems, unshown(scored, placed), how_made(board), others),
    )


def _all(shelf: Shelf, scored: Sequence[CheckpointView]) -> SiteSection:
    """Return every run that stands in the ranking."""
    board = leaderboard(scored, scored)
    table = shelf.table(leaderboard_parts(ordered(board, "accuracy"), board.leader, BY_VARIABLE), note=CLAIMS)
    return SiteSection(figures=(table,), title=SHOWN["all"], anchor="all")
