"""The networks' current answers beside the video, and where one of them looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import percent
from dashboard.pages.camera.data import answers
from dashboard.ui.camera import say_problem
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import draw_table, number, text
from dashboard.ui.messages import note, small_heading

if TYPE_CHECKING:
    from dashboard.store.live import Camera
    from fer_core.live.analysis import FaceMap

MAP_PX = 192
TITLES = {"none": "None", "grad_cam": "Grad-CAM", "gates": "Gates"}


def live_answers(camera: Camera, names: Mapping[str, str], kind: str) -> None:
    """Show what is seen at this moment; `names` are what the networks are called, `kind` is the map's."""
    say_problem(camera)
    seen = camera.seen()
    if seen is None:
        note("" if camera.worker.problem else "Waiting for the first picture.")
        return
    note(f"{seen.rate:.1f} frames a second are looked at; those that come meanwhile are passed over.")
    body = [
        [text(str(one.track)), text(names[one.name]), text(one.expression), number(percent(one.probability, 0))]
        for one in answers(seen.analysis)
    ]
    if not body:
        note("No face is found.")
        return
    header = [("Face", ""), ("Network", ""), ("Answer", ""), ("Probability", "number")]
    draw_table(header, body, palette(), "The answers to each face, the largest first")
    if seen.analysis.map:
        _map(seen.analysis.map, names, TITLES[kind])


def _map(shown: FaceMap, names: Mapping[str, str], title: str) -> None:
    whose = f"{title}, {names[shown.network]}"
    small_heading(f"{whose}, {shown.expression}" if shown.expression else whose)
    if shown.picture is None:
        note(shown.reason)
        return
    st.image(shown.picture, width=MAP_PX, alt=f"{title} over the largest face, {names[shown.network]}")
    note("Made anew every second.")
