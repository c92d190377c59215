"""Networks in 8 bits: noise in their logits, the layers that make most of it, and answers that change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import DASH, count, signed
from dashboard.pages.efficiency.int8_text import decibels
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, table, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.pages.efficiency.views import Int8View
    from fer_core.export.int8_errors import CalibrationScore

WORST = 3


def loss_table(rows: Sequence[Int8View]) -> None:
    """Show a network a row, the one that loses most first."""
    header = [("Network", ""), ("All in int8", "number")]
    header += [(f"{place} alone", "") for place in ("Worst", "Second", "Third")]
    header += [("Averaged ranges", "number"), ("Whole ranges", "number")]
    table(header, [_row(view) for view in rows], palette(), "Where int8 loses: layers, and answers that change", rows)


def _row(view: Int8View) -> list[Markup]:
    layers = [text(f"{layer.kind}, {decibels(layer.alone_db)}", layer.name) for layer in view.errors.worst(WORST)]
    return [
        text(view.network.title, view.checkpoint.partition(".")[2], palette().family(view.network.family)),
        number(decibels(view.errors.logits_db)),
        *layers,
        *[text("")] * (WORST - len(layers)),
        _changed(view, view.averaged),
        _changed(view, view.whole),
    ]


def _changed(view: Int8View, score: CalibrationScore | None) -> Markup:
    if score is None:
        return number(DASH, reason="Not measured.")
    points = signed((score.right - view.errors.right) / view.errors.n, 2)
    return number(f"{count(score.changed)} changed", f"{points} points of {count(view.errors.n)}")
