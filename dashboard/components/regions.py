"""Which part of the face networks read, in a table beside what FACS expects."""

from __future__ import annotations

import streamlit as st

from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.components.messages import note, plain
from dashboard.regions import ReadingView, RegionsView, rarely
from dashboard.wording import DASH, count, several

NO_UNITS = "A neutral face moves nowhere, and all answers together are no expression."


def regions_table(found: RegionsView, name: str) -> None:
    """Show a row an answer: what is read most densely, and where FACS has the face move; `name` is the checkpoint's."""
    st.markdown(f"##### {plain(f'What {name} reads most densely')}")
    header = [
        ("Answer", ""), ("Faces", "number"), ("Reads most densely", ""), ("By area", "number"), ("FACS expects", ""),
        ("Fits", ""),
    ]  # fmt: skip
    cells.table(
        header,
        [_row(one) for one in (*found.readings, found.overall)],
        palette(),
        f"What {name} reads most densely by answer, beside where FACS has the face move",
    )
    note(rarely(found))


def _row(one: ReadingView) -> list[str]:
    expected = cells.text(several(one.expected), one.units) if one.expected else cells.text(DASH)
    fits = "yes" if one.densest in one.expected else "no"
    return [
        cells.text(one.expression or "all"),
        cells.number(count(one.n)),
        cells.text(one.densest),
        cells.number(f"{one.density:.2f} ×"),
        expected,
        cells.text(fits) if one.expected else cells.number(DASH, reason=NO_UNITS),
    ]
