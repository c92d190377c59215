"""Which differences are real? Every pair of the chosen checkpoints, tested on the same faces."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, ranking, services

components.title("Which differences are real?")

rows = components.checkpoints()
sentence = st.container()
chosen = components.choose_many(
    "Checkpoints",
    list(rows),
    key="checkpoints",
    default=ranking.comparable(services.one_each(list(rows.values())), services.PAPERS),
    words=lambda name: components.label(rows, name),
)

with components.shown_errors():
    found = services.pairs(chosen)
    components.problems(found.problems)
    names = components.labels(found.checkpoints)
    with sentence:
        components.answer(ranking.paired(found, names))
    matrix, table = st.columns([6, 7], gap="medium")
    with matrix:
        components.show("paired_tests", charts.pair_matrix, found, tuple(names.values()))
    with table:
        components.pair_table(found, names)
        components.note(ranking.how_tested(found))
