"""Charts and tables as files: SVG, PDF, PNG and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from dashboard.plotting.chart import Chart
from dashboard.plotting.matplotlib_export import render


def as_csv(chart: Chart) -> bytes:
    """Return the table twin, unrounded."""
    return rows_as_csv(chart.table)


def rows_as_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return rows of the same columns as CSV: a line of names, then a line a row, as every reader expects it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_svg(chart: Chart) -> bytes:
    """Return the chart as SVG with its words as text."""
    return render(chart, "svg")


def as_pdf(chart: Chart) -> bytes:
    """Return the chart as PDF with its words as text."""
    return render(chart, "pdf")


def as_png(chart: Chart) -> bytes:
    """Return the chart as PNG at 200 dots an inch."""
    return render(chart, "png")
