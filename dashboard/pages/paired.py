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
    default=ranking.comparable(list(rows.values())),
    words=lambda name: components.label(rows, name),
)

with components.shown_errors():
    found = services.pairs(chosen)
    components.problems(found.problems)
    names = {row.name: components.label(rows, row.name) for row in found.checkpoints}
    with sentence:
        components.answer(ranking.paired(found, names))
    matrix, table = st.columns([6, 7], gap="medium")
    with matrix:
        components.show("paired_tests", charts.pair_matrix, found, tuple(names.values()))
    with table:
        components.pair_table(found, names)
        components.note(
            "Difference: accuracy of the first minus the second, with the interval of a paired difference (Agresti and "
            "Min). Right alone: faces that only the first, and only the second, has right; they alone carry the test. "
            "p: exact McNemar test; Holm: the same for all pairs together, so that 5 % is the chance of any false "
            "alarm. A pair's name leads to where the two differ."
        )
