"""Report items of each chosen network: rows of three tables, and its confusion matrix."""

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
    for table in report_tables(entries, names) if entries else ():
        yield ReportItem(f"table {table.title}", table.title, "", table, (), (), made, "")
    for entry in entries:
        pair = ChartPair(matrix_chart(entry, names, LIGHT), matrix_chart(entry, names, DARK))
        hashes = ((entry.row.name, entry.weights),) if entry.weights else ()
        faces = (faces_of(entry.row),)
        yield ReportItem(f"matrix {entry.row.name}", pair.title, "", pair, faces, hashes, made, entry.address)


def matrix_chart(entry: EntryView, names: Mapping[str, str], palette: Palette) -> Chart:
    """Return a checkpoint's confusion matrix, in percent of its rows."""
    return confusion_matrix(entry.matrix, "rows", title=f"{names[entry.row.name]}: what it confuses", palette=palette)
