"""What the report holds of each chosen network: rows of three tables, and its confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dashboard.pages.report.text import report_tables
from dashboard.pages.report.views import EntryView
from dashboard.plotting.chart import Chart
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.plotting.report_item import ChartPair, ReportItem
from dashboard.plotting.theme import DARK, LIGHT, Palette
from dashboard.views.found_checkpoints import faces_of


def network_items(entries: Sequence[EntryView], names: Mapping[str, str], made: str) -> Iterator[ReportItem]:
    """Yield the items of these networks; `names` is what to call each checkpoint, `made` with what and when."""
    for found in report_tables(entries, names) if entries else ():
        yield ReportItem(f"table {found.title}", found.title, "", found, (), (), made, "")
    for one in entries:
        pair = ChartPair(matrix_chart(one, names, LIGHT), matrix_chart(one, names, DARK))
        hashes = ((one.row.name, one.weights),) if one.weights else ()
        faces = (faces_of(one.row),)
        yield ReportItem(f"matrix {one.row.name}", pair.title, "", pair, faces, hashes, made, one.address)


def matrix_chart(entry: EntryView, names: Mapping[str, str], palette: Palette) -> Chart:
    """Return a checkpoint's confusion matrix, in percent of its rows."""
    return confusion_matrix(entry.matrix, "rows", title=f"{names[entry.row.name]}: what it confuses", palette=palette)
