"""The report as PDF, drawn with matplotlib: no browser, no network. One page per item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.plotting.chart import Chart
from dashboard.plotting.matplotlib_export import drawn
from dashboard.plotting.report_item import ReportItem

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pdf_file(title: str, intro: Sequence[str], items: Sequence[ReportItem]) -> bytes:
    """Return the report: what it is and holds, then each item on a page of its own size."""
    from fer_core.report.document import as_pdf

    return as_pdf(title, list(_pages(title, intro, items)))


def for_paper(item: ReportItem) -> Chart:
    """Return an item's light chart, with the item's caption above it, and its sentence and source below."""
    chart = item.chart.light
    return replace(chart, title=item.caption, footer=" ".join(filter(None, (item.sentence, item.source))))


def _pages(title: str, intro: Sequence[str], items: Sequence[ReportItem]) -> Iterator[Figure]:
    from fer_core.report.document import words_page

    contents = [f"{place}. {item.caption}" for place, item in enumerate(items, 1)]
    yield words_page(title, [*intro, *contents])
    for item in items:
        yield _page(item)


def _page(item: ReportItem) -> Figure:
    from fer_core.report.document import picture_page, table_page

    table, source = item.table, "\n".join(filter(None, (item.source, item.address)))
    if table:
        return table_page(item.caption, item.sentence, table.header, table.rows, source, table.numbers, table.prose)
    if item.picture:
        return picture_page(item.caption, item.sentence, item.picture.png, source)
    return drawn(for_paper(item))
