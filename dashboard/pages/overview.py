"""Which network is worth its parameters? The leaderboard, with brackets for ties, and accuracy against cost."""

from __future__ import annotations

import streamlit as st

from dashboard import answers, charts, components, ranking, services

components.title("Which network is worth its parameters?")

shelf = components.checkpoints()
titles = {row.data: row.data_title for row in shelf.values()}
sentence = st.container()
with st.container(horizontal=True):
    data = components.segments("Data", list(titles), key="data", words=titles.get)
    size = components.segments("Parameters", list(answers.SIZES), key="size", words=answers.SIZE_WORDS.get)
    cost = components.segments("Cost", list(charts.COSTS), key="cost", words=charts.COSTS.get)
    shown = components.segments("Trainings", list(answers.SHOWN), key="shown", words=answers.SHOWN.get)
    by = components.choose("Sort by", list(ranking.SORTS), key="sort", words=ranking.sort_words, width=240)

rows = answers.fitting(shelf.values(), data, size)
scored = answers.scored(rows)
placed = services.one_each(scored) if shown == "one" else scored

if not placed:
    components.nothing_fits()
    st.stop()

found = services.standings(placed, scored)
components.problems(found.problems)
figure, table = st.columns([4, 9], gap="medium")
with figure, components.shown_errors():
    names = components.labels(placed)
    with sentence:
        components.answer(f"{answers.overview(placed, found.leads, cost)} {ranking.real_differences(found, names)}")
        told = (ranking.least_difference(found), answers.recipes(placed), answers.unshown(scored, placed))
        components.note(" ".join(filter(None, told)))
    front = answers.front(placed, cost)
    components.show("accuracy_against_cost", charts.accuracy_against_cost, placed, front, cost)
with table:
    order = ranking.ordered(found, by)
    components.standings_table(order, ranking.lanes(found, order, by))
    components.note(
        f"{ranking.how_made(found)} Seeds: mean and standard deviation over trainings that differ by their seed only. "
        "Without leaks: without test faces that also stand, pixel by pixel, in the training split. ECE: how far "
        "confidence is off, 15 bins of equal size. Single view. One multiply-add is one MAC. Grey italics are claims, "
        "not measurements; point at one for its source and for what our training shortened."
    )
    if left := answers.elsewhere(rows, scored):
        components.note(left)
    components.table_file("leaderboard", order)
