"""What a page of the static site holds."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboard.plotting.report_item import ReportItem

MOST_NARROW = 3  # columns of a table that stands beside another figure


@dataclass(frozen=True, eq=False)
class SiteFigure:
    """A chart or a table, with where it is from; `html` is a page's table, `command` what makes it again."""

    item: ReportItem
    html: Markup = Markup()
    command: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it takes the page's whole width."""
        if self.item.chart:
            return self.item.chart.light.figure.data[0].type != "heatmap"
        return self.item.table is None or len(self.item.table.header) > MOST_NARROW


@dataclass(frozen=True, eq=False)
class SiteSection:
    """A part of a page: sentences, of which marks are shown, figures, small print; `anchor` is where links lead."""

    sentences: tuple[str, ...] = ()
    figures: tuple[SiteFigure, ...] = ()
    notes: tuple[str, ...] = ()
    title: str = ""
    anchor: str = ""


@dataclass(frozen=True, eq=False)
class SitePage:
    """A file of the site. `menu` is the entry that it belongs to; `siblings` have (words, file) of others like it."""

    file: str
    title: str
    menu: str
    sections: tuple[SiteSection, ...]
    siblings: tuple[tuple[str, str], ...] = ()

    @property
    def figures(self) -> tuple[SiteFigure, ...]:
        """All figures, in their order."""
        return tuple(figure for section in self.sections for figure in section.figures)
