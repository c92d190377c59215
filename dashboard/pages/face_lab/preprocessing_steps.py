"""From the photo's file to a network's input: every step as a picture with its size and range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pages.face_lab.preprocessing_data import preprocessing_steps
from dashboard.ui.labels import label
from dashboard.ui.messages import answer, heading, note
from dashboard.ui.query_params import choose
from dashboard.views.checkpoints import CheckpointView

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop

STEP_PX = 160  # seven stand in a row on a desk, two on a phone
UNKNOWN_EYES = "Where the eyes are is not known of it. Cut by hand to level a tilted face."


def input_steps(rows: Sequence[CheckpointView], crop: FaceCrop) -> None:
    """Show how the network of one of the checkpoints gets its input, step by step."""
    shown = {row.name: row for row in rows}
    name = rows[0].name
    heading("What a network is given, step by step")
    if len(rows) > 1:
        name = choose("Network", list(shown), key="given", words=lambda name: label(shown, name), width=2 * STEP_PX)
    else:
        note(label(shown, name))
    with st.container(horizontal=True):
        for number, step in enumerate(preprocessing_steps(name, crop), 1):
            with st.container(width=STEP_PX, gap="xsmall"):
                st.image(step.picture, width=STEP_PX, alt=f"{step.title}: {step.detail}")
                answer(f"**{number}. {step.title}**")
                note(step.detail)
    note("" if crop.landmarks else UNKNOWN_EYES)
