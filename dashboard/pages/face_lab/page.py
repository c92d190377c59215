"""What does it see, and where does it look? One face, several networks, their answers and their maps."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.face_lab.all_faces import all_faces_frame, all_faces_table
from dashboard.pages.face_lab.face_picker import face_choice
from dashboard.pages.face_lab.gates import attention_modules_section
from dashboard.pages.face_lab.map_grid import map_grid
from dashboard.pages.face_lab.map_settings import map_settings
from dashboard.pages.face_lab.perturbations import perturbation_panel
from dashboard.pages.face_lab.preprocessing_steps import input_steps
from dashboard.pages.face_lab.true_label import true_expression
from dashboard.pages.face_lab.views import FaceQuery
from dashboard.store.checkpoints import first_choice
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.messages import available_checkpoints, note, page_title, shown_errors
from dashboard.ui.photo_input import photo_input
from dashboard.ui.waiting import say_place_here

page_title("What does it see, and where does it look?")

rows = available_checkpoints()
sentence = st.container()
say_place_here()
photo_side, lab = st.columns([2, 7], gap="large")
with photo_side:
    sets = {row.data: row.data_title for row in rows.values()}
    photos = photo_input(sets)
    crop, is_level = face_choice(photos.data, sentence)
    truth = true_expression(sets, crop)

with lab:
    chosen = choose_checkpoints("Networks", rows, key="networks", default=first_choice)
    if chosen:
        line = st.container(horizontal=True, vertical_alignment="center")
        with line:
            request = map_settings([rows[name] for name in chosen], truth)
            files = st.container()
        faces = all_faces_frame(photos, crop)
        query = FaceQuery(crop, photos.name, request, truth)
        map_grid([rows[name] for name in chosen], query, sentence, files)
        if faces is not None:
            all_faces_table(faces, [rows[name] for name in chosen], photos, query, is_level)
        attention_modules_section([rows[name] for name in chosen], query)
    else:
        note("Choose a network.")

with shown_errors():
    if chosen:
        input_steps([rows[name] for name in chosen], crop)

if chosen:
    perturbation_panel([rows[name] for name in chosen], crop)
