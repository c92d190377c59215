"""What does it confuse? The matrix of one checkpoint, or of two and their difference, down to single faces."""

from __future__ import annotations

import streamlit as st

from dashboard import answers, charts, components, services
from dashboard.wording import intervals, told_apart

components.title("What does it confuse?")

rows = components.checkpoints()
sentence = st.container()
left, middle, right, cell_side = st.columns([3, 3, 4, 3], vertical_alignment="bottom")
with left:
    opens = services.first_choice(list(rows.values()))[0]
    a = components.choose(
        "Checkpoint A", list(rows), key="a", default=opens, words=lambda name: components.label(rows, name)
    )
with middle:
    others = [components.NONE, *(name for name in rows if name != a)]
    b = components.choose("Compare with B", others, key="b", words=lambda name: components.label(rows, name))
with right:
    view = components.segments("Cells", list(charts.VIEWS), key="view", words=components.view_words)

with components.shown_errors():
    first = services.matrix(a)
    matrices = [first] if b == components.NONE else [first, services.matrix(b)]
    names = tuple(matrix.checkpoint.name for matrix in matrices)
    with sentence:
        components.answer(answers.confused(first))
    with cell_side:
        cell = components.cell_choice(first)

    places = st.columns(3 if len(matrices) > 1 else [4, 5], gap="medium")
    titles = told_apart([matrix.checkpoint for matrix in matrices])
    for place, matrix, title in zip(places, matrices, titles, strict=False):
        with place:
            key = f"confusion {matrix.checkpoint.name}"
            components.show(key, charts.confusion_matrix, matrix, view, cell, title, on_click=components.take_cell)
    if len(matrices) > 1:
        with places[2], components.shown_errors():
            difference = services.difference(a, b)
            with sentence:
                components.answer(answers.differs(difference))
            key = f"difference {a} {b}"
            components.show(key, charts.difference_matrix, difference, cell, on_click=components.take_cell)

    listed, detail = (places[1], places[1]) if len(matrices) == 1 else st.columns([4, 5], gap="medium")
    with listed, components.shown_errors():
        asked = names if components.same_expressions(matrices) else names[:1]
        components.face_section(services.cell(asked, *cell), listed, detail)

    chart, numbers = st.columns([4, 5], gap="medium")
    if components.same_expressions(matrices):
        with chart:
            measure = components.segments("Each expression", list(charts.MEASURES), key="measure", words=str.capitalize)
            components.show(f"{measure} {a}", charts.per_class_dots, matrices, measure)
        with numbers, components.shown_errors():
            components.class_table(matrices)
            if len(matrices) > 1:
                titles = [components.label(rows, name) for name in names]
                components.class_difference_table(services.class_differences(*names), *titles)
                components.note(
                    f"A: {titles[0]}. B: {titles[1]}. Points, with {intervals(rows[a].subjects, '95 % intervals')} of "
                    "a paired bootstrap, each for itself: with seven expressions, one in three pairs of equal networks "
                    "shows an interval without 0 somewhere."
                )
        components.curve_section(names, first.expressions)
