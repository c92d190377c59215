"""The report's tables on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import draw_table, number, prose, text
from dashboard.ui.messages import note

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.plotting.report_item import TextTable


def text_table(shown: TextTable, most_rows: int | None = None) -> None:
    """Show a table as the report will hold it, or its first rows only and how many there are."""
    header = [(head, "number" if place in shown.numbers else "") for place, head in enumerate(shown.header)]
    body = [[_cell(cell, place, shown) for place, cell in enumerate(row)] for row in shown.rows[:most_rows]]
    draw_table(header, body, palette(), shown.title)
    if len(body) < len(shown.rows):
        note(f"The first {len(body)} of {len(shown.rows)} rows; the report holds all.")


def _cell(words: str, place: int, table: TextTable) -> Markup:
    if place in table.prose:
        return prose("", words)
    return number(words) if place in table.numbers else text(words)
