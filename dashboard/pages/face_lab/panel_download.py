"""The grid as a figure for a paper: its files, drawn when somebody asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.pages.face_lab.panel_data import PANEL_KINDS, panel_file
from dashboard.pages.face_lab.views import FaceQuery
from dashboard.ui.messages import note

FILE_NAME = "face-panel"


def panel_files(names: Sequence[str], query: FaceQuery) -> None:
    """Offer the grid of these checkpoints as one PNG and one PDF, on white, with its captions. Raises FerError."""
    draw = panel_file(names, query.crop, query.request)
    with st.container(horizontal=True, vertical_alignment="center"):
        note("All of this as one figure:")
        for kind, mime in PANEL_KINDS.items():
            st.download_button(
                f"Panel as {kind.upper()}",
                data=partial(draw, kind),
                file_name=f"{FILE_NAME}.{kind}",
                mime=mime,
                key=f"{FILE_NAME} {kind}",
                on_click="ignore",
            )
