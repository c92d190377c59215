"""Which small network reads facial expressions best? Two recommendations, the papers' claims, a way to the photo."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.start.data import highlighted, named, papers
from dashboard.pages.start.tables import papers_table, recommendation
from dashboard.pages.start.text import CAUTION, how_chosen, ranked_on
from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.cost_layout import pareto_front
from dashboard.store.recommendation import placed_on
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.links import page_link
from dashboard.ui.messages import available_checkpoints, how_computed, note, nothing_fits, page_title, shown_errors
from dashboard.ui.photo_input import photo_drop
from dashboard.ui.query_params import segments

page_title("Which small network reads facial expressions best?")
small_print = st.container()

shelf = list(available_checkpoints().values())
titles = {row.data: row.data_title for row in shelf}
picks = st.columns(3)
choice = st.container(horizontal=True, vertical_alignment="bottom")
with choice:
    data = segments("Data", list(titles), key="data", words=titles.__getitem__)
placed = placed_on(shelf, data)
if not placed:
    nothing_fits()
    end_page()
with small_print:
    note(f"{CAUTION} {ranked_on(placed[0])}")

for place, (what_for, row) in zip(picks, named(placed), strict=False):
    with place:
        recommendation(what_for, row)
with picks[-1]:
    photo_drop()

claims, chart = st.columns([6, 7], gap="large")
with claims, shown_errors():
    papers_table(papers(shelf, data))
    with st.container(horizontal=True, vertical_alignment="center"):
        page_link("overview", "Full ranking")
        with how_computed():
            note(how_chosen(placed[0]))
with chart:
    front = pareto_front(placed, "macs")
    show("accuracy_against_cost", accuracy_against_cost, placed, front, "macs", highlighted(placed, "macs"))
