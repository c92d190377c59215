"""The grid as a figure for a paper: its files, drawn on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard.formatting import several
from dashboard.pages.face_lab.panel_data import PANEL_KINDS, crop_name, file_name, panel_file
from dashboard.pages.face_lab.views import FaceQuery
from dashboard.plotting.report_item import Picture
from dashboard.ui.report_list import report_button
from dashboard.views.checkpoints import CheckpointView

PANEL = "face-panel"


def panel_files(rows: Sequence[CheckpointView], query: FaceQuery) -> None:
    """Offer the grid of these checkpoints as one PNG and one PDF, on white, with its captions, and for the report.

    Raises FerError.
    """
    draw = panel_file([row.name for row in rows], query.crop, query.request)
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, mime in PANEL_KINDS.items():
            st.download_button(
                f"Panel as {kind.upper()}",
                data=partial(draw, kind),
                file_name=f"{file_name(query.photo_name, crop_name(query.crop))}.{kind}",
                mime=mime,
                key=f"{PANEL} {kind}",
                on_click="ignore",
            )
        _report(rows, query, draw)


@st.fragment
def _report(rows: Sequence[CheckpointView], query: FaceQuery, draw: Callable[[str], bytes]) -> None:
    title = f"Where {several([row.network.title for row in rows])} look{'s' if len(rows) == 1 else ''} on this face"
    shown = (query.crop.sha256, query.request, [row.name for row in rows])
    report_button(PANEL, shown, lambda: Picture(title, "", draw("png"), draw("pdf")), rows)
