"""Charts and tables as files: SVG, PNG and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from dashboard.plotting.chart import Chart
from dashboard.plotting.matplotlib_export import render


def as_csv(chart: Chart) -> bytes:
    """Return the table twin, unrounded; the title and footer lead as comment lines."""
    return _csv(chart.table, f"# {chart.title}\n# {chart.footer}\n")


def _csv(rows: Sequence[Mapping[str, object]], heading: str = "") -> bytes:
    text = io.StringIO()
    text.write(heading)
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_svg(chart: Chart) -> bytes:
    """Return the chart as SVG with its words as text."""
    return render(chart, "svg")


def as_png(chart: Chart) -> bytes:
    """Return the chart as PNG at 200 dots an inch."""
    return render(chart, "png")
