"""Every face of several photos through every chosen network: a table, a CSV, a ZIP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from dashboard.formatting import DASH, percent
from dashboard.pages.face_lab.all_faces_data import MOST_FACES, FaceAnswers, all_faces, faces_csv, top
from dashboard.pages.face_lab.crop_by_hand import KEYS
from dashboard.pages.face_lab.data import Answer
from dashboard.pages.face_lab.face_picker import AGREED, FACE
from dashboard.pages.face_lab.faces_zip import zip_download
from dashboard.ui.address import link
from dashboard.ui.chart_panel import csv_file, palette
from dashboard.ui.html_table import empty, number, picture, prose, table, text
from dashboard.ui.labels import labels
from dashboard.ui.messages import heading, note
from dashboard.ui.photo_input import PLACE, PhotoChoice

if TYPE_CHECKING:
    from dashboard.pages.face_lab.views import FaceQuery
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.images.face_crop import FaceCrop

REFUSED = "It cannot answer; its own row says why."
HEAD_PX, ROW_PX, MOST_PX = 48, 63, 300


class FacesFrame(NamedTuple):
    """Where the table and its files stand; they are filled after the maps of the chosen face."""

    table: DeltaGenerator
    files: DeltaGenerator


def all_faces_frame(photos: PhotoChoice, crop: FaceCrop) -> FacesFrame | None:
    """Return places for the table; None for one face of one photo."""
    n = max(len(photos.photos), crop.photo.n_faces)
    if n < 2:
        return None
    heading("Every face")
    return FacesFrame(st.container(height=min(MOST_PX, HEAD_PX + ROW_PX * n), border=False), st.container())


def all_faces_table(
    frame: FacesFrame, rows: Sequence[CheckpointView], photos: PhotoChoice, query: FaceQuery, is_level: bool
) -> None:
    """Show each face with its box, the most probable expressions, and in what it is unlike what networks learned.

    Args:
        is_level: whether eyes are brought level where landmarks are known.
    """
    names, n = [row.name for row in rows], len(photos.photos)
    with frame.table:
        waiting = st.empty()

        def tell(place: int) -> None:
            with waiting:
                note(f"Photo {place + 1} of {n}")

        faces = all_faces(photos.photos, names, is_level, tell)
        with waiting.container():
            _table(rows, faces, photos, query)
    with frame.files:
        if len(faces) >= MOST_FACES:
            note(f"The first {MOST_FACES} faces; fer predict takes any number.")
        with st.container(horizontal=True, vertical_alignment="center"):
            csv_file("faces", lambda: faces_csv(faces, names))
            zip_download([row.name for row in rows if row.has_weights], faces, photos.photos, query, is_level)


def _table(rows: Sequence[CheckpointView], faces: Sequence[FaceAnswers], photos: PhotoChoice, query: FaceQuery) -> None:
    is_one = len(photos.photos) == 1
    photo = [] if is_one else [("Photo", "")]
    networks = [(name, "") for name in labels(rows).values()]
    header = [("", ""), *photo, ("Face", ""), *networks, ("Box, px", ""), ("Warnings", "")]
    chosen = (photos.chosen, query.crop.face)
    body = [_row(face, (face.photo, face.record.face) == chosen, is_one) for face in faces]
    if not any(_warnings(face) for face in faces):
        header, body = header[:-1], [row[:-1] for row in body]
    table(header, body, palette(), "Every face with the two most probable expressions of every chosen network", rows)


def _row(face: FaceAnswers, is_chosen: bool, is_one: bool) -> list[Markup]:
    record, known = face.record, face.record.columns
    name = f"{record.name} of {face.photo_name}"
    leads = link(**{
        PLACE: None if face.photo == 0 else str(face.photo + 1),
        FACE: str(record.face + 1) if record.face else None,
        **dict.fromkeys((AGREED, *KEYS)),
    })  # fmt: skip
    return [
        empty() if record.picture is None else picture(record.picture, name),
        *([] if is_one else [text(face.photo_name)]),
        text(record.name, "chosen" if is_chosen else "", link=leads),
        *map(_answer, face.answers.values()),
        text(_box(known)),
        prose("", _warnings(face)),
    ]


def _warnings(face: FaceAnswers) -> str:
    """Say in what a face is unlike what networks learned from, or why a photo cannot be read."""
    return face.record.columns.get("problem") or face.record.columns.get("warnings") or ""


def _box(known: dict[str, object]) -> str:
    if "left" not in known:
        return DASH
    return f"{known['left']}, {known['top']} to {known['right']}, {known['bottom']}"


def _answer(answer: Answer | None) -> Markup:
    if answer is None:
        return number(DASH, reason=REFUSED)
    (first, share), *rest = top(answer)
    return text(f"{first} {percent(share, 0)}", ", ".join(f"{name} {percent(part, 0)}" for name, part in rest))
