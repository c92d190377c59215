"""Which differences are real? Every pair of the chosen checkpoints, tested on the same faces."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.paired.charts import pairwise_matrix
from dashboard.pages.paired.data import first_comparison
from dashboard.pages.paired.tables import pair_table
from dashboard.pages.paired.text import how_tested, paired
from dashboard.store.verdicts import verdicts_of_all
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    how_computed,
    note,
    page_title,
    show_problems,
    shown_errors,
)

page_title("Which differences are real?")

rows = available_checkpoints()
sentence = st.container()
chosen = choose_checkpoints(
    "Checkpoints",
    rows,
    key="checkpoints",
    default=first_comparison,
)

with shown_errors():
    view = verdicts_of_all(chosen)
    show_problems(view.problems)
    names = labels(view.checkpoints)
    with sentence:
        answer(paired(view, names))
    matrix, table = st.columns([6, 7], gap="medium")
    with matrix:
        show("paired_tests", pairwise_matrix, view, tuple(names.values()))
    with table:
        pair_table(view, names)
        with how_computed():
            note(how_tested(view))
