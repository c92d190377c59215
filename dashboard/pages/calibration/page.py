"""Does it know when it is wrong? Whether confidence can be trusted, what abstaining gains, and where people split."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.calibration.annotator_data import human_agreement
from dashboard.pages.calibration.charts import accuracy_where_split, reliability_diagram, risk_coverage
from dashboard.pages.calibration.data import confident_errors, faces_fitted_on, reliability, risk_view, temperature
from dashboard.pages.calibration.tables import calibration_table, confident_errors_table, votes_table
from dashboard.pages.calibration.text import (
    SCALES,
    abstaining,
    calibrated,
    fitted_on_the_same,
    human_agreement_summary,
    mirrored,
)
from dashboard.store.checkpoints import first_choice
from dashboard.store.corruptions import flip_changes
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoint, unfolded_runs
from dashboard.ui.messages import answer, available_checkpoints, note, page_title, shown_errors
from dashboard.ui.query_params import segments, slide

page_title("Does it know when it is wrong?")

rows = available_checkpoints()
sentence = st.container()
left, middle, right = st.columns([4, 3, 4])
with left:
    place = st.container()
    runs = unfolded_runs(rows)
    with place:
        a = choose_checkpoint("Checkpoint", rows, runs, key="a", default=first_choice)
with middle:
    scale = segments("Confidence", list(SCALES), key="confidence", words=SCALES.__getitem__)
with right:
    wanted = slide("Risk: wrong answers allowed (%)", key="risk", default=20, low=0, high=50) / 100

with shown_errors():
    views = {"as-trained": reliability(a)}
    with shown_errors():
        views["temperature-scaled"] = reliability(a, temperature(a))
    shown = views.get(scale, views["as-trained"])
    risk = risk_view(a, wanted, shown.temperature)
    with sentence:
        answer(calibrated(*views.values()))
    diagram, gain = st.columns(2, gap="large")
    with diagram:
        show(f"reliability {a}", reliability_diagram, shown)
        calibration_table([(SCALES[name], view) for name, view in views.items()])
        answer(mirrored(rows[a].network.title, flip_changes(a)))
    with gain:
        show(f"risk {a}", risk_coverage, risk)
        answer(abstaining(risk))
        with shown_errors():
            note(fitted_on_the_same(*faces_fitted_on(a)))

    number, mistakes = confident_errors(a, shown.temperature)
    votes = human_agreement(a, shown.temperature)
    left, right = st.columns(2, gap="large")
    with left:
        confident_errors_table(rows[a], f"Confidently wrong: {number:,} answers at 90 % or more", mistakes)
    with right:
        if votes is None:
            note(f"Nobody's votes are known for the faces of {rows[a].data_title}.")
        else:
            answer(human_agreement_summary(votes))
            show(f"votes {a}", accuracy_where_split, votes)
            votes_table(votes)
            confident_errors_table(rows[a], "Confident where people split, the most divided first", votes.split)
