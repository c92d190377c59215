"""Which network is worth its parameters? Every checkpoint as a row, and accuracy against what it costs."""

from __future__ import annotations

import streamlit as st

from dashboard import answers, charts, components, services

components.title("Which network is worth its parameters?")

shelf = services.checkpoints()
components.problems(shelf.problems)
if not shelf.checkpoints:
    components.no_checkpoints()

titles = {row.data: row.data_title for row in shelf.checkpoints}
sentence = st.container()
with st.container(horizontal=True):
    data = components.segments("Data", list(titles), key="data", words=titles.get)
    size = components.segments("Parameters", list(answers.SIZES), key="size", words=answers.SIZE_WORDS.get)
    cost = components.segments("Cost", list(charts.COSTS), key="cost", words=charts.COSTS.get)

rows = answers.fitting(shelf.checkpoints, data, size)
placed = answers.scored(rows)

figure, table = st.columns([5, 8], gap="medium")
with figure, components.shown_errors():
    if placed:
        gaps = services.behind_best([row.name for row in placed])
        with sentence:
            components.answer(answers.overview(placed, gaps, cost))
        front = answers.front(placed, cost)
        components.show("accuracy_against_cost", charts.accuracy_against_cost, placed, front, cost)
    else:
        components.nothing_fits()
with table:
    if rows:
        components.checkpoint_table(rows)
        components.note(
            "± and bars: 95 % intervals (Wilson for accuracy, bootstrap for macro-F1). Single view, no averaging with "
            "the mirrored face. One multiply-add counts as one MAC. Grey italics are claims, not measurements; point "
            "at one for its source and for what our training shortened."
        )
        components.table_file("checkpoints", rows)
