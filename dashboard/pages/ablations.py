"""Does each part earn its place? The papers' ablation tables, claimed beside measured, each change tested alone."""

from __future__ import annotations

import streamlit as st

from dashboard import components, plain_reading, services
from dashboard.ablations import WIDEST

components.title("Does each part earn its place?")

sentence = st.container()
with components.shown_errors():
    titles = services.data_sets()
    with st.container(horizontal=True):
        data = components.segments("Data", list(titles), key="data", words=titles.get)
        protocol, found = None, services.ablations(data)
        if len(found.protocols) > 1:
            offered = found.protocols
            protocol = components.segments("Protocol", list(offered), key="protocol", words=offered.get)
            found = services.ablations(data, protocol=protocol)
        recipes = [WIDEST, *found.recipes]
        recipe = components.choose("Recipe", recipes, key="recipe", words=components.recipe_words, width=320)
    if recipe != WIDEST:
        found = services.ablations(data, recipe, protocol)
    with sentence:
        components.answer(plain_reading.told(found))
    components.problems(found.problems)
    if found.about:
        components.note(found.about)
    for paper in found.papers:
        components.paper_table(paper)
    components.note(plain_reading.left_out(found))
    components.note(
        "Rows stand below the row of which they change one thing. Claimed: grey and italic, struck through where no "
        "count of faces gives it; hollow in the drawing. Measured: one view of each face, the epoch chosen on "
        "validation data, ± 95 % interval. Earned: the row minus the row that it changes, in points, on the same "
        "faces, with a paired interval and an exact McNemar test of the first common seed; printed only where both "
        "were trained with one recipe. Spread: standard deviation over seeds. Each p stands for itself, not adjusted "
        "for the other rows."
    )
