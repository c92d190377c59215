"""Does each part earn its place? The papers' ablation tables, claimed beside measured, each change judged alone."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.ablations.tables import paper_table
from dashboard.pages.ablations.text import HOW, ablations_summary, could_show, left_out, recipe_words
from dashboard.store.ablations import ablations, data_sets
from dashboard.store.training_groups import WIDEST
from dashboard.ui.messages import answer, how_computed, note, page_title, show_problems, shown_errors
from dashboard.ui.query_params import choose, segments

page_title("Does each part earn its place?")

sentence = st.container()
with shown_errors():
    titles = data_sets()
    with st.container(horizontal=True):
        data = segments("Data", list(titles), key="data", words=titles.__getitem__)
        protocol, view = None, ablations(data)
        if len(view.protocols) > 1:
            offered = view.protocols
            protocol = segments("Protocol", list(offered), key="protocol", words=offered.__getitem__)
            view = ablations(data, protocol=protocol)
        if len(view.recipes) > 1:
            recipe = choose("Recipe", [WIDEST, *view.recipes], key="recipe", words=recipe_words, width=320)
            if recipe != WIDEST:
                view = ablations(data, recipe, protocol)
    with sentence:
        answer(ablations_summary(view))
        note(could_show(view))
    show_problems(view.problems)
    if view.about:
        note(view.about)
    for paper in view.papers:
        paper_table(paper)
    note(left_out(view))
    with how_computed():
        note(HOW)
