"""What networks answer to the chosen face in the chosen frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import percent
from dashboard.pages.film.views import TimelineView
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import draw_table, number, text
from dashboard.ui.messages import note


def answer_table(views: Sequence[TimelineView], names: Mapping[str, str], place: int) -> None:
    """Show each network's most probable expression; say so where the face was not found in this frame."""
    answers = [(names[view.row.name], answer) for view in views if (answer := view.answer(place))]
    if not answers:
        note("The chosen face was not found in this frame.")
        return
    body = [[text(name), text(expression), number(percent(share, 0))] for name, (expression, share) in answers]
    header = [("Network", ""), ("Answer", ""), ("Probability", "number")]
    draw_table(header, body, palette(), "The answers to the chosen face in this frame")
