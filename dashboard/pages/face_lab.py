"""What does it see, and where does it look? One face, several networks, their answers and their maps."""

from __future__ import annotations

import streamlit as st

from dashboard import components, services

components.title("What does it see, and where does it look?")

rows = components.checkpoints()
sentence = st.container()
photo_side, lab = st.columns([2, 7], gap="large")
with photo_side:
    photo = components.photo_input({row.data: row.data_title for row in rows.values()})
    face = components.face_choice(photo)

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
        expressions = services.expressions(chosen)
        target = components.choose("Explain", [components.PREDICTED, *expressions], key="target", words=str.capitalize)
    with opacity_place:
        opacity = components.slide("Opacity of the maps (%)", key="opacity", default=55)
    if chosen:
        look = components.Look(photo, face, target, opacity / 100)
        components.map_grid([rows[name] for name in chosen], look, sentence)
        components.note(components.MAP_SCALES)
    else:
        components.note("Choose a network.")

with photo_side, components.shown_errors():
    if chosen:
        components.input_steps(chosen[0], rows[chosen[0]].network.title, photo, face)
