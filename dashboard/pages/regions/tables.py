"""Which parts of the face networks rely on, as a table beside what FACS expects."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.formatting import DASH, count, several
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, table, text
from dashboard.ui.messages import heading, note
from dashboard.views.regions import ReadingView, RegionsView, rarely

NO_UNITS = "A neutral face moves nowhere, and all answers together are no expression."


def regions_table(view: RegionsView, name: str) -> None:
    """Show a row an answer: what is read most densely, and where FACS has the face move; `name` is the checkpoint's."""
    heading(f"What {name} reads most densely")
    header = [
        ("Answer", ""), ("Faces", "number"), ("Reads most densely", ""), ("By area", "number"), ("FACS expects", ""),
        ("Fits", ""),
    ]  # fmt: skip
    table(
        header,
        [_row(reading) for reading in (*view.readings, view.overall)],
        palette(),
        f"What {name} reads most densely by answer, beside where FACS has the face move",
        view,
    )
    note(rarely(view))


def _row(reading: ReadingView) -> list[Markup]:
    expected = text(several(reading.expected), reading.units) if reading.expected else text(DASH)
    fits = "yes" if reading.densest in reading.expected else "no"
    return [
        text(reading.expression or "all"),
        number(count(reading.n)),
        text(reading.densest),
        number(f"{reading.density:.2f} ×"),
        expected,
        text(fits) if reading.expected else number(DASH, reason=NO_UNITS),
    ]
