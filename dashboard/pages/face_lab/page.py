"""What does it see, and where does it look? One face, several networks, their answers and their maps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.pages.face_lab.all_faces import all_faces_table
from dashboard.pages.face_lab.data import default_request, first_methods, method_titles
from dashboard.pages.face_lab.face_picker import face_choice
from dashboard.pages.face_lab.gates import attention_modules_section
from dashboard.pages.face_lab.map_grid import SCALES, map_grid
from dashboard.pages.face_lab.perturbations import perturbation_panel
from dashboard.pages.face_lab.preprocessing_steps import input_steps
from dashboard.pages.face_lab.true_label import target_choice, true_expression
from dashboard.pages.face_lab.views import FaceQuery
from dashboard.store.checkpoints import expressions_of, first_choice
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.messages import available_checkpoints, note, page_title, shown_errors
from dashboard.ui.photo_input import photo_input
from dashboard.ui.query_params import choose_many, segments, slide
from dashboard.ui.waiting import say_place_here

page_title("What does it see, and where does it look?")

rows = available_checkpoints()
sentence = st.container()
say_place_here()
photo_side, lab = st.columns([2, 7], gap="large")
with photo_side:
    sets = {row.data: row.data_title for row in rows.values()}
    crop = face_choice(photo_input(sets), sentence)
    truth = true_expression(sets, crop)

request, methods_by_name = default_request(), method_titles()
with lab:
    networks, target_place, opacity_place = st.columns([4, 2, 2])
    with networks:
        chosen = choose_checkpoints(
            "Networks",
            rows,
            key="networks",
            default=first_choice,
        )
    with target_place:
        target = target_choice(expressions_of(chosen), truth)
    with opacity_place:
        opacity = slide("Opacity of the maps (%)", key="opacity", default=round(100 * request.opacity))
    methods_place, scale_place, score_place = st.columns([4, 2, 2], vertical_alignment="bottom")
    with methods_place:
        methods = choose_many(
            "Methods",
            list(methods_by_name),
            key="methods",
            default=first_methods([rows[name] for name in chosen]),
            words=methods_by_name.__getitem__,
        )
    with scale_place:
        scale = segments("Colour scale", list(SCALES), key="scale", words=SCALES.__getitem__)
    with score_place:
        is_scored = segments("Score the maps", ["no", "yes"], key="scores", words=str.capitalize) == "yes"
    if chosen:
        all_faces_table([rows[name] for name in chosen], crop)
        asked: dict[str, Any] = {
            "methods": tuple(methods),
            "opacity": opacity / 100,
            "scale": scale,
        }
        query = FaceQuery(crop, replace(request, target=target or request.target, is_scored=is_scored, **asked), truth)
        map_grid([rows[name] for name in chosen], query, sentence)
        attention_modules_section([rows[name] for name in chosen], query)
    else:
        note("Choose a network.")

with shown_errors():
    if chosen:
        input_steps([rows[name] for name in chosen], crop)

if chosen:
    perturbation_panel([rows[name] for name in chosen], crop)
