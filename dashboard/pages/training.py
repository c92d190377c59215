"""Was the training long enough? Validation accuracy, loss and rate over the training, several on one another."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, courses, services

components.title("Was the training long enough?")

rows = components.checkpoints()
sentence = st.container()
chosen = components.choose_many(
    "Trainings",
    list(rows),
    key="trainings",
    default=courses.first_courses(services.one_each(list(rows.values()))),
    words=lambda name: components.label(rows, name),
)
with st.container(horizontal=True):
    measure = components.segments("Show", list(charts.COURSES), key="measure", words=components.course_words)
    axis = components.segments("Over", list(courses.AXES), key="over", words=courses.AXES.get)

with components.shown_errors():
    found, problems = services.courses(chosen)
    names = components.labels(rows[name] for name in chosen)
    with sentence:
        components.answer(courses.told(found, names))
    components.problems(problems)
    if not found:
        st.stop()
    figure, table = st.columns([10, 13], gap="medium")
    with figure:
        components.show("training_curves", charts.training_curves, found, names, measure, axis)
    with table:
        components.course_table(found, names)
        components.note(
            "Late gain: mean validation accuracy of the last fifth of the epochs minus that of the fifth before, in "
            "points; half a point or more counts as still rising if the best epoch is the last or the one before. An "
            f"epoch: median, without validation, on {courses.machines(found)}. Validation accuracy chooses the epoch, "
            "so it flatters; the test accuracy stands on the Overview."
        )
