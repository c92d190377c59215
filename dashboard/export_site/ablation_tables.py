"""The papers' ablation tables on each data set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import ablations_file
from dashboard.pages.ablations.tables import paper_parts
from dashboard.pages.ablations.text import HOW, ablations_summary, could_show, ground_words, left_out
from dashboard.plotting.site_export import BY_VARIABLE
from dashboard.plotting.site_page import SitePage, SiteSection
from dashboard.store.ablations import ablations, data_sets

if TYPE_CHECKING:
    from dashboard.views.ablations import AblationsView

MENU = "Ablations"


def ablation_pages(shelf: Shelf) -> Iterator[SitePage]:
    """Yield a page a data set on which a paper claims something, with a section a protocol."""
    titles = data_sets()
    siblings = tuple((title, ablations_file(data)) for data, title in titles.items())
    for data, title in titles.items():
        first = ablations(data)
        views = (
            [ablations(data, protocol=protocol) for protocol in first.protocols]
            if len(first.protocols) > 1
            else [first]
        )
        names = list(first.protocols.values()) if len(views) > 1 else [""]
        sections = tuple(_section(shelf, view, name) for view, name in zip(views, names, strict=True))
        yield SitePage(ablations_file(data), f"{MENU}: {title}", MENU, sections, siblings)


def _section(shelf: Shelf, view: AblationsView, title: str) -> SiteSection:
    return SiteSection(
        sentences=(ablations_summary(view), could_show(view)),
        figures=tuple(
            shelf.table(paper_parts(paper, BY_VARIABLE), paper.network.title, note=ground_words(paper.rows))
            for paper in view.papers
        ),
        notes=(view.about, left_out(view), HOW),
        title=title,
    )
