"""What does it see, and where does it look? One face, several networks, their answers and their maps."""

from __future__ import annotations

import streamlit as st

from dashboard import components, services

components.title("What does it see, and where does it look?")

rows = components.checkpoints()
sentence = st.container()
photo_side, lab = st.columns([2, 7], gap="large")
with photo_side:
    sets = {row.data: row.data_title for row in rows.values()}
    photo = components.photo_input(sets)
    face = components.face_choice(photo, sentence)
    truth = components.true_expression(sets, photo, face)

with lab:
    networks, target_place, opacity_place = st.columns([4, 2, 2], vertical_alignment="bottom")
    with networks:
        chosen = components.choose_many(
            "Networks",
            list(rows),
            key="networks",
            default=services.first_choice(list(rows.values())),
            words=lambda name: components.label(rows, name),
        )
    with target_place:
        target = components.target_choice(services.expressions(chosen), truth)
    with opacity_place:
        opacity = components.slide("Opacity of the maps (%)", key="opacity", default=round(100 * services.OPACITY))
    methods_place, scale_place, score_place = st.columns([4, 2, 2], vertical_alignment="bottom")
    with methods_place:
        methods = components.choose_many(
            "Methods",
            list(services.METHODS),
            key="methods",
            default=services.FIRST_METHODS,
            words=services.METHODS.get,
        )
    with scale_place:
        scale = components.segments("Colour scale", list(components.SCALES), key="scale", words=components.SCALES.get)
    with score_place:
        is_scored = components.segments("Score the maps", ["no", "yes"], key="scores", words=str.capitalize) == "yes"
    if chosen:
        components.every_face([rows[name] for name in chosen], photo, face)
        look = components.Look(photo, face, target, opacity / 100, tuple(methods), scale, is_scored, truth)
        components.map_grid([rows[name] for name in chosen], look, sentence)
        components.gate_stages([rows[name] for name in chosen], look)
    else:
        components.note("Choose a network.")

with components.shown_errors():
    if chosen:
        components.input_steps([rows[name] for name in chosen], photo, face)

if chosen:
    components.what_if_bench([rows[name] for name in chosen], photo, face)
