"""Every face of a photo through every chosen network, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, percent
from dashboard.pages.face_lab.all_faces_data import FaceAnswers, all_faces, top
from dashboard.pages.face_lab.data import Answer
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, picture, table, text
from dashboard.ui.labels import labels
from dashboard.ui.messages import heading, note
from dashboard.views.checkpoints import CheckpointView

if TYPE_CHECKING:
    from fer_core.images.face_crop import CropSpec, FaceCrop

REFUSED = "It cannot answer; its own row says why."
WAITING = "Asking every network about every face. The first one after a start loads PyTorch: some seconds."


def all_faces_table(rows: Sequence[CheckpointView], chosen: FaceCrop) -> None:
    """Show the two most probable expressions of each face of the photo; nothing for a photo of one face."""
    n = len(chosen.photo.faces)
    if n < 2:
        return
    heading("Every face")
    place = st.empty()
    with place:
        note(WAITING)
    faces = all_faces([row.name for row in rows], chosen.photo)
    with place.container():
        _table(rows, faces, chosen.spec)
    if len(faces) < n:
        note(f"The {len(faces)} largest of {n} faces.")


def _table(rows: Sequence[CheckpointView], faces: Sequence[FaceAnswers], chosen: CropSpec) -> None:
    colours = palette()
    header = [("", ""), ("Face", ""), *((name, "") for name in labels(rows).values())]
    body = [
        [
            picture(face.picture, f"Face {face.number}"),
            text(str(face.number), "chosen" if chosen == face.number - 1 else ""),
            *map(_answer, face.answers),
        ]
        for face in faces
    ]
    table(header, body, colours, "The two most probable expressions of every face, from every chosen network", rows)


def _answer(answer: Answer | None) -> Markup:
    if answer is None:
        return number(DASH, reason=REFUSED)
    (first, share), *rest = top(answer)
    return text(f"{first} {percent(share, 0)}", ", ".join(f"{name} {percent(part, 0)}" for name, part in rest))
