"""Every face of a photo through every chosen network, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import services
from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.components.labels import label
from dashboard.components.messages import note, shown_errors
from dashboard.views import CheckpointView
from dashboard.wording import DASH, percent

REFUSED = "It cannot answer; its own row says why."
WAITING = "Asking every network about every face. The first one after a start loads PyTorch: some seconds."


def every_face(rows: Sequence[CheckpointView], photo: bytes, chosen: services.Where) -> None:
    """Show each face's two most probable expressions from each checkpoint; nothing for a photo of one face."""
    n = len(services.look(photo).faces)
    if n < 2:
        return
    st.markdown("##### Every face")
    place = st.empty()
    with place:
        note(WAITING)
    found = None
    with shown_errors():
        found = services.everyone([row.name for row in rows], photo)
    if found is None:
        return
    with place:
        _table(rows, found, chosen)
    if len(found) < n:
        note(f"The {len(found)} largest of {n} faces.")


def _table(rows: Sequence[CheckpointView], found: Sequence[services.FaceAnswers], chosen: services.Where) -> None:
    colours = palette()
    header = [("", ""), ("Face", ""), *((label({one.name: one for one in rows}, row.name), "") for row in rows)]
    body = [
        [
            cells.picture(face.picture, f"Face {face.number}"),
            cells.text(str(face.number), "chosen" if chosen == face.number - 1 else ""),
            *map(_answer, face.answers),
        ]
        for face in found
    ]
    cells.table(header, body, colours, "The two most probable expressions of every face, from every chosen network")


def _answer(answer: services.Answer | None) -> str:
    if answer is None:
        return cells.number(DASH, reason=REFUSED)
    (first, share), *rest = services.top(answer)
    return cells.text(f"{first} {percent(share, 0)}", ", ".join(f"{name} {percent(part, 0)}" for name, part in rest))
