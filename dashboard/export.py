"""Charts and tables as files: SVG, PNG and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from dashboard.charts.base import Chart
from dashboard.paper import render
from dashboard.views import CheckpointView


def as_csv(chart: Chart) -> bytes:
    """Return the table twin, unrounded; the title and footer lead as comment lines."""
    return _csv(chart.table, f"# {chart.title}\n# {chart.footer}\n")


def checkpoints_csv(rows: Sequence[CheckpointView]) -> bytes:
    """Return checkpoints as CSV, a row each; what is not known is empty."""
    return _csv([_flat(row) for row in rows])


def _flat(row: CheckpointView) -> dict[str, object]:
    scores = {}
    for name, value in (("accuracy", row.accuracy), ("macro_f1", row.macro_f1)):
        ends = (value.value, value.low, value.high) if value else (None, None, None)
        scores |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return {
        "checkpoint": row.name,
        "network": row.network.title,
        "data": row.data,
        "split": row.split,
        "n": row.n,
        **scores,
        "params": row.params,
        "macs": row.macs,
        "size_px": row.size_px,
        "paper_accuracy": row.claim.accuracy if row.claim else None,
        "paper_source": row.claim.source if row.claim else None,
    }


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
