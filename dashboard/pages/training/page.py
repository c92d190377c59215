"""Was the training long enough? Validation accuracy, loss and rate over the training, several on one another."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.training.charts import CURVE_KINDS, curve_kind_words, training_curves
from dashboard.pages.training.data import training_histories
from dashboard.pages.training.tables import training_table
from dashboard.pages.training.views import AXES, default_runs, machines, training_summary
from dashboard.store.training_groups import best_per_network
from dashboard.ui.chart_panel import show
from dashboard.ui.labels import label, labels
from dashboard.ui.messages import answer, available_checkpoints, note, page_title, show_problems, shown_errors
from dashboard.ui.query_params import choose_many, segments

page_title("Was the training long enough?")

rows = available_checkpoints()
sentence = st.container()
chosen = choose_many(
    "Trainings",
    list(rows),
    key="trainings",
    default=default_runs(best_per_network(list(rows.values()))),
    words=lambda name: label(rows, name),
)
with st.container(horizontal=True):
    measure = segments("Show", list(CURVE_KINDS), key="measure", words=curve_kind_words)
    axis = segments("Over", list(AXES), key="over", words=AXES.get)

with shown_errors():
    found, problems = training_histories(chosen)
    names = labels(rows[name] for name in chosen)
    with sentence:
        answer(training_summary(found, names))
    show_problems(problems)
    if not found:
        st.stop()
    figure, table = st.columns([10, 13], gap="medium")
    with figure:
        show("training_curves", training_curves, found, names, measure, axis)
    with table:
        training_table(found, names)
        note(
            "Late gain: mean validation accuracy of the last fifth of the epochs minus that of the fifth before, in "
            "points; half a point or more counts as still rising if the best epoch is the last or the one before. An "
            f"epoch: median, without validation, on {machines(found)}. Validation accuracy chooses the epoch, "
            "so it flatters; the test accuracy stands on the Overview."
        )
