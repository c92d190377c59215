"""What does it see, and where does it look? One face, several networks, their answers and their maps."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.face_lab.all_faces import all_faces_table
from dashboard.pages.face_lab.face_picker import face_choice
from dashboard.pages.face_lab.gates import attention_modules_section
from dashboard.pages.face_lab.map_grid import SCALES, Look, map_grid
from dashboard.pages.face_lab.perturbations import perturbation_panel
from dashboard.pages.face_lab.preprocessing_steps import input_steps
from dashboard.pages.face_lab.true_label import target_choice, true_expression
from dashboard.store.checkpoints import expressions_of, first_choice
from dashboard.store.predictions import FIRST_METHODS, METHOD_TITLES
from dashboard.ui.labels import label
from dashboard.ui.messages import available_checkpoints, note, page_title, shown_errors
from dashboard.ui.photo_input import photo_input
from dashboard.ui.query_params import choose_many, segments, slide
from fer_core.report.explanations import OPACITY

page_title("What does it see, and where does it look?")

rows = available_checkpoints()
sentence = st.container()
photo_side, lab = st.columns([2, 7], gap="large")
with photo_side:
    sets = {row.data: row.data_title for row in rows.values()}
    photo = photo_input(sets)
    face = face_choice(photo, sentence)
    truth = true_expression(sets, photo, face)

with lab:
    networks, target_place, opacity_place = st.columns([4, 2, 2], vertical_alignment="bottom")
    with networks:
        chosen = choose_many(
            "Networks",
            list(rows),
            key="networks",
            default=first_choice(list(rows.values())),
            words=lambda name: label(rows, name),
        )
    with target_place:
        target = target_choice(expressions_of(chosen), truth)
    with opacity_place:
        opacity = slide("Opacity of the maps (%)", key="opacity", default=round(100 * OPACITY))
    methods_place, scale_place, score_place = st.columns([4, 2, 2], vertical_alignment="bottom")
    with methods_place:
        methods = choose_many(
            "Methods",
            list(METHOD_TITLES),
            key="methods",
            default=FIRST_METHODS,
            words=METHOD_TITLES.get,
        )
    with scale_place:
        scale = segments("Colour scale", list(SCALES), key="scale", words=SCALES.get)
    with score_place:
        is_scored = segments("Score the maps", ["no", "yes"], key="scores", words=str.capitalize) == "yes"
    if chosen:
        all_faces_table([rows[name] for name in chosen], photo, face)
        look = Look(photo, face, target, opacity / 100, tuple(methods), scale, is_scored, truth)
        map_grid([rows[name] for name in chosen], look, sentence)
        attention_modules_section([rows[name] for name in chosen], look)
    else:
        note("Choose a network.")

with shown_errors():
    if chosen:
        input_steps([rows[name] for name in chosen], photo, face)

if chosen:
    perturbation_panel([rows[name] for name in chosen], photo, face)
