"""What is known of one network: score, claims, cost, mistakes, where it looks, its training, its files, its limits."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.network.data import downloads, run_view
from dashboard.pages.network.tables import claims_table, cost_table, download_row, recipe_table
from dashboard.pages.network.text import CONFUSES, ELSEWHERE, LIMITS, LOOKS, run_words, verdict
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.plotting.regions import region_matrix
from dashboard.plotting.training_curves import training_curves
from dashboard.store.checkpoints import first_choice, matrix_view
from dashboard.store.regions import has_regions, regions
from dashboard.store.training_curves import training_histories
from dashboard.store.training_groups import runs_by_data
from dashboard.ui.address import select
from dashboard.ui.chart_panel import show
from dashboard.ui.links import network_address
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    heading,
    note,
    page_title,
    show_problems,
    shown_errors,
)
from dashboard.ui.query_params import choose, segments
from dashboard.views.mistakes import confused
from dashboard.views.regions import NEVER, NOTHING, regions_summary

page_title("What is known of this network?")

rows = available_checkpoints()
titles = {row.network.name: row.network.title for row in rows.values()}
opens = rows[first_choice(list(rows.values()))[0]].network.name
sentence = st.container()
with st.container(horizontal=True):
    name = choose("Network", list(titles), key="name", default=opens, words=titles.get, width=280)
    runs = runs_by_data(rows.values(), name)
    data = segments("Data", list(runs), key="data", words=lambda option: runs[option][0].data_title)
    run = choose(
        "Run", [row.name for row in runs[data]], key="run", words=lambda option: run_words(rows[option]), width=360
    )

st.set_page_config(page_title=f"{titles[name]} · FER Lens")
select("a", run)
with shown_errors():
    view = run_view(rows[run], list(rows.values()))
    with sentence:
        answer(verdict(view))
    download_row(run, downloads(run, network_address(rows[run], st.context.url)))
    left, right = st.columns([3, 2], gap="large")
    with left:
        claims_table(view)
    with right:
        cost_table(view)

    left, right = st.columns(2, gap="large")
    with left, shown_errors():
        matrix = matrix_view(run)
        show(f"confusion {run}", confusion_matrix, matrix, "rows", title=CONFUSES)
        answer(confused(matrix))
    with right, shown_errors():
        if has_regions([run])[0]:
            stored = regions(run)
            show(f"regions {run}", region_matrix, stored, LOOKS)
            answer(regions_summary(stored))
        else:
            heading(LOOKS)
            answer(NEVER if rows[run].is_imported else NOTHING)

    left, right = st.columns(2, gap="large")
    with left, shown_errors():
        courses, problems = ((), ()) if rows[run].is_imported else training_histories([run])
        show_problems(problems)
        note(ELSEWHERE if rows[run].is_imported else "")
        if courses:
            show(f"training {run}", training_curves, courses, {run: rows[run].network.title}, "accuracy", "epoch")
    with right:
        recipe_table(view)
        heading(LIMITS)
        note(rows[run].limits)
