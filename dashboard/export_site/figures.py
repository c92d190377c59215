"""Charts and tables of the app's pages as figures of the site, each with its provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dashboard.export_site.links import relinked
from dashboard.plotting.report_item import ChartPair
from dashboard.plotting.site_page import SiteFigure
from dashboard.plotting.theme import DARK, LIGHT
from dashboard.ui.measured_item import measured_item

if TYPE_CHECKING:
    from dashboard.plotting.chart import Chart
    from dashboard.ui.html_table import TableParts
    from dashboard.views.checkpoints import CheckpointView


@dataclass(frozen=True)
class Shelf:
    """What the site is about: all checkpoints by name, and with what and when it is made."""

    rows: Mapping[str, CheckpointView]
    made: str

    @property
    def data_titles(self) -> dict[str, str]:
        """Titles of the checkpoints' data sets by name, in the order of the app."""
        return {row.data: row.data_title for row in self.rows.values()}

    def chart(self, build: Callable[..., Chart], *args: Any, sentence: str = "", **options: Any) -> SiteFigure:
        """Return a chart in both themes; `args` and `options` go to its builder, the first says what it is about."""
        pair = ChartPair(build(*args, **options, palette=LIGHT), build(*args, **options, palette=DARK))
        item = measured_item(
            pair.title, pair, args[0], caption=pair.title, sentence=sentence, made=self.made, address=""
        )
        return SiteFigure(item)

    def table(
        self, parts: TableParts, caption: str = "", *, note: str = "", sentence: str = "", command: str = ""
    ) -> SiteFigure:
        """Return a table; `caption` stands above it, what it holds is read aloud in any case."""
        words = replace(parts.words, note=note)
        item = measured_item(
            parts.caption, words, parts.about, caption=caption, sentence=sentence, made=self.made, address=""
        )
        return SiteFigure(item, relinked(parts.html, self.rows), command)
