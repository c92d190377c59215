"""Which network is worth its parameters? The leaderboard with its verdicts, and accuracy against cost."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.overview.csv import table_file
from dashboard.pages.overview.data import leaderboard
from dashboard.pages.overview.ranking import SORTS, how_made, ordered, sort_words, standing_out
from dashboard.pages.overview.tables import leaderboard_table
from dashboard.pages.overview.text import (
    CLAIMS,
    SHOWN,
    SIZE_WORDS,
    SIZES,
    elsewhere,
    fitting,
    overview,
    preferred,
    unshown,
)
from dashboard.plotting.accuracy_against_cost import COSTS, accuracy_against_cost
from dashboard.plotting.cost_layout import pareto_front
from dashboard.store.ranking import rankable
from dashboard.store.recommendation import recommended
from dashboard.store.training_groups import one_per_network
from dashboard.store.verdicts import power_of
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    how_computed,
    note,
    nothing_fits,
    page_title,
    show_problems,
    shown_errors,
)
from dashboard.ui.query_params import choose, segments

page_title("Which network is worth its parameters?")

checkpoints = available_checkpoints()
titles = {row.data: row.data_title for row in checkpoints.values()}
sentence = st.container()
with st.container(horizontal=True):
    data = segments("Data", list(titles), key="data", words=titles.__getitem__)
    size = segments("Parameters", list(SIZES), key="parameters", words=SIZE_WORDS.__getitem__)
    cost = segments("Cost", list(COSTS), key="cost", words=COSTS.__getitem__)
    shown = segments("Runs", list(SHOWN), key="runs", words=SHOWN.__getitem__)
    by = choose("Sort by", list(SORTS), key="sort", words=sort_words, width=240)

rows = fitting(list(checkpoints.values()), data, size)
ranking = rankable(rows)
scored = list(ranking.rows)
best = one_per_network(scored)
placed = best if shown == "best" else scored

if not placed:
    nothing_fits()
    end_page()

view = leaderboard(placed, scored)
show_problems(view.problems)
figure, table = st.columns([2, 5], gap="medium")
with figure, shown_errors():
    with sentence:
        answer(preferred(*recommended(best), view.leader))
        answer(overview(view, cost))
        note(power_of(view.leads))
        with how_computed():
            note(unshown(scored, placed))
            note(how_made(view))
    front = pareto_front(placed, cost)
    show("accuracy_against_cost", accuracy_against_cost, placed, front, cost, standing_out(placed, front))
with table:
    order = ordered(view, by)
    leaderboard_table(order, view.leader)
    note(CLAIMS)
    note(elsewhere(rows, ranking))
    table_file("leaderboard", order)
