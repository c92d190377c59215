"""All pages of the site and their menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.export_site import ablation_tables, evidence_pages, leaderboards, networks
from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import HOME, STORY, WEIGHTS, network_file
from dashboard.formatting import DASH, estimate, sample_size
from dashboard.pages.report.story import story_items
from dashboard.pages.report.story_data import story_view
from dashboard.pages.report.text import GUIDED_STORY, INTRO, TITLE
from dashboard.plotting.report_item import weights_item
from dashboard.plotting.site_export import BY_VARIABLE, page_html, shared_files
from dashboard.plotting.site_page import SiteFigure, SitePage, SiteSection
from dashboard.store.training_groups import runs_by_data
from dashboard.ui.html_table import TableParts, number, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.views.checkpoints import CheckpointView, NetworkView

START = "Start"
NOT_HERE = "Not trained here on this data set."


def site_files(shelf: Shelf) -> dict[str, bytes]:
    """Return every file of the site by name. Raises FerError if something that the pages show cannot be read."""
    pages = [
        _start(shelf),
        *leaderboards.leaderboard_pages(shelf),
        *networks.network_pages(shelf),
        *ablation_tables.ablation_pages(shelf),
        *evidence_pages.evidence_pages(shelf),
        *_story(shelf),
    ]
    pages += _weights(shelf, pages)
    menu = _menu(pages)
    foot = f"{INTRO[-1]} {shelf.made}."
    return {**shared_files(), **{page.file: page_html(page, menu, foot) for page in pages}}


def _menu(pages: Sequence[SitePage]) -> list[tuple[str, str]]:
    """Return an entry a kind of page, which leads to the first; networks are listed on the first page."""
    first = {page.menu: page.file for page in reversed(pages)}
    return [(words, first[words]) for words in dict.fromkeys(page.menu for page in pages) if words != networks.MENU]


def _start(shelf: Shelf) -> SitePage:
    """Return the page that leads to all networks, with their accuracy on each data set."""
    rows, titles = list(shelf.rows.values()), shelf.data_titles
    header = [("Network", ""), *((title, "number") for title in titles.values())]
    runs = {
        network: {data: own[0] for data, own in runs_by_data(rows, network.name).items()}
        for network in dict.fromkeys(row.network for row in rows)
    }
    body = [_line(network, own, list(titles)) for network, own in runs.items()]
    parts = TableParts(header, body, BY_VARIABLE, "Accuracy of each network on each data set", list(runs.values()))
    return SitePage(HOME, TITLE, START, (SiteSection(INTRO[:1], (shelf.table(parts),)),))


def _line(network: NetworkView, runs: Mapping[str, CheckpointView], sets: Sequence[str]) -> list[Markup]:
    name = text(network.title, colour=BY_VARIABLE.family(network.family), link=network_file(network.name))
    return [name, *(_score(runs.get(data)) for data in sets)]


def _score(run: CheckpointView | None) -> Markup:
    if run is None:
        return number(DASH, reason=NOT_HERE)
    return number(estimate(run.accuracy), sample_size(run.n))


def _story(shelf: Shelf) -> Iterator[SitePage]:
    items = story_items(story_view(shelf.rows), shelf.made, "")
    if items:
        yield SitePage(STORY, GUIDED_STORY, GUIDED_STORY, (SiteSection(figures=tuple(map(SiteFigure, items))),))


def _weights(shelf: Shelf, pages: Sequence[SitePage]) -> Iterator[SitePage]:
    """Yield the table of all weights, whose hashes are shortened elsewhere, or left to it."""
    item = weights_item([figure.item for page in pages for figure in page.figures], shelf.made)
    if item:
        yield SitePage(WEIGHTS, item.caption, item.caption, (SiteSection(figures=(SiteFigure(item),)),))
