"""What does it confuse? The matrix of one checkpoint, or of two and their difference."""

from __future__ import annotations

import streamlit as st

from dashboard import answers, charts, components, services

components.title("What does it confuse?")

shelf = services.checkpoints()
components.problems(shelf.problems)
if not shelf.checkpoints:
    components.no_checkpoints()

rows = {row.name: row for row in shelf.checkpoints}
sentence = st.container()
left, middle, right = st.columns([3, 3, 4], vertical_alignment="bottom")
with left:
    a = components.choose("Checkpoint", list(rows), key="a", words=lambda name: components.label(rows, name))
with middle:
    others = [components.NONE, *(name for name in rows if name != a)]
    b = components.choose("Compare with", others, key="b", words=lambda name: components.label(rows, name))
with right:
    view = components.segments("Cells", list(charts.VIEWS), key="view", words=components.view_words)

with components.shown_errors():
    first = services.matrix(a)
    matrices = [first] if b == components.NONE else [first, services.matrix(b)]
    with sentence:
        components.answer(answers.confused(first))

    places = st.columns(3 if len(matrices) > 1 else [4, 5], gap="medium")
    for place, matrix in zip(places, matrices, strict=False):
        with place:
            components.show(f"confusion {matrix.checkpoint.name}", charts.confusion_matrix, matrix, view)
    if len(matrices) > 1:
        with places[2], components.shown_errors():
            difference = services.difference(a, b)
            with sentence:
                components.answer(answers.differs(difference))
            components.show(f"difference {a} {b}", charts.difference_matrix, difference)
    with places[1] if len(matrices) == 1 else st.container():
        measure = components.segments("Each expression", list(charts.MEASURES), key="measure", words=str.capitalize)
        if components.same_expressions(matrices):
            components.show(f"{measure} {a}", charts.per_class_dots, matrices, measure)
            components.class_table(matrices)
