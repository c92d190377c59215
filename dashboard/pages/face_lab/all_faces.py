"""Every face of a photo through every chosen network, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, percent
from dashboard.pages.face_lab.all_faces_data import FaceAnswers, all_faces, top
from dashboard.store.photos import find_faces_in
from dashboard.store.predictions import Answer
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, picture, table, text
from dashboard.ui.labels import label
from dashboard.ui.messages import heading, note, shown_errors
from dashboard.views.checkpoints import CheckpointView
from fer_core.images.face_crop import CropSpec

REFUSED = "It cannot answer; its own row says why."
WAITING = "Asking every network about every face. The first one after a start loads PyTorch: some seconds."


def all_faces_table(rows: Sequence[CheckpointView], photo: bytes, chosen: CropSpec) -> None:
    """Show each face's two most probable expressions from each checkpoint; nothing for a photo of one face."""
    n = len(find_faces_in(photo).faces)
    if n < 2:
        return
    heading("Every face")
    place = st.empty()
    with place:
        note(WAITING)
    found = None
    with shown_errors():
        found = all_faces([row.name for row in rows], photo)
    if found is None:
        return
    with place:
        _table(rows, found, chosen)
    if len(found) < n:
        note(f"The {len(found)} largest of {n} faces.")


def _table(rows: Sequence[CheckpointView], found: Sequence[FaceAnswers], chosen: CropSpec) -> None:
    colours = palette()
    header = [("", ""), ("Face", ""), *((label({one.name: one for one in rows}, row.name), "") for row in rows)]
    body = [
        [
            picture(face.picture, f"Face {face.number}"),
            text(str(face.number), "chosen" if chosen == face.number - 1 else ""),
            *map(_answer, face.answers),
        ]
        for face in found
    ]
    table(header, body, colours, "The two most probable expressions of every face, from every chosen network")


def _answer(answer: Answer | None) -> Markup:
    if answer is None:
        return number(DASH, reason=REFUSED)
    (first, share), *rest = top(answer)
    return text(f"{first} {percent(share, 0)}", ", ".join(f"{name} {percent(part, 0)}" for name, part in rest))
