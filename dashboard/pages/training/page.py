"""Was the training long enough? Validation accuracy, loss and rate of one or several trainings."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.training.tables import training_table
from dashboard.pages.training.text import AXES, default_runs, how_measured, training_summary
from dashboard.plotting.training_curves import CURVE_KINDS, curve_kind_words, training_curves
from dashboard.store.training_curves import training_histories
from dashboard.store.training_groups import best_per_network
from dashboard.ui.address import end_page
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
from dashboard.ui.query_params import segments

page_title("Was the training long enough?")

rows = {name: row for name, row in available_checkpoints().items() if not row.is_imported}
sentence = st.container()
chosen = choose_checkpoints(
    "Trainings",
    rows,
    key="trainings",
    default=lambda some: default_runs(best_per_network(some)),
)
with st.container(horizontal=True):
    measure = segments("Curve", list(CURVE_KINDS), key="curve", words=curve_kind_words)
    axis = segments("Over", list(AXES), key="over", words=AXES.__getitem__)

with shown_errors():
    trainings, problems = training_histories(chosen)
    names = labels(rows[name] for name in chosen)
    with sentence:
        answer(training_summary(trainings, names))
    show_problems(problems)
    if not trainings:
        end_page()
    figure, table = st.columns([10, 13], gap="medium")
    with figure:
        show("training_curves", training_curves, trainings, names, measure, axis)
    with table:
        training_table(trainings, names)
        with how_computed():
            note(how_measured(trainings))
