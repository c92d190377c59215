"""All faces as one ZIP: made on demand, since its panels take seconds each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pages.face_lab.all_faces_data import FaceAnswers
from dashboard.pages.face_lab.faces_zip_data import faces_zip, panel_names
from dashboard.ui.messages import plain, shown_errors

if TYPE_CHECKING:
    from dashboard.pages.face_lab.views import FaceQuery
    from dashboard.ui.photo_input import Photo

MADE = "ZIP of all faces"  # in the session: what it was made of, and the file; the last one only


@st.fragment  # making it must not draw the page again
def zip_download(
    names: Sequence[str], faces: Sequence[FaceAnswers], photos: Sequence[Photo], query: FaceQuery, is_level: bool
) -> None:
    """Offer table and panels of these checkpoints as one ZIP, then the file itself."""
    n = sum(map(bool, panel_names(faces)))
    if not (names and n):
        return
    wanted = hash((tuple(names), query.request, *(str(face.row) for face in faces)))
    place = st.empty()
    if place.button(f"Make ZIP with {n} panel{'' if n == 1 else 's'}", key="make zip", type="tertiary"):

        def tell(done: int) -> None:
            place.progress(done / n, plain(f"Panel {done + 1} of {n}"))

        with shown_errors():
            st.session_state[MADE] = wanted, faces_zip(faces, photos, names, query.request, is_level, tell)
    made, content = st.session_state.get(MADE, (None, b""))
    if made == wanted:
        place.download_button("Save ZIP", content, "faces.zip", "application/zip", key="save zip", on_click="ignore")
