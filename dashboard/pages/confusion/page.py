"""What does it confuse? The matrix of one checkpoint, or of two and their difference, down to single faces."""

from __future__ import annotations

import streamlit as st

from dashboard.formatting import intervals
from dashboard.pages.confusion.curves import curve_section
from dashboard.pages.confusion.gallery import cell_choice, face_section, select_cell
from dashboard.pages.confusion.per_class_chart import MEASURES, per_class_dots
from dashboard.pages.confusion.tables import class_difference_table, class_table
from dashboard.pages.confusion.text import differences_made, differs, same_expressions, view_words
from dashboard.plotting.confusion_matrix import VIEWS, confusion_matrix, difference_matrix
from dashboard.store.checkpoints import first_choice, matrix_view
from dashboard.store.confusion_cells import confusion_cell
from dashboard.store.paired_differences import class_differences, paired_difference
from dashboard.store.verdicts import verdict_of_two
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoint, choose_other, unfolded_runs
from dashboard.ui.labels import NONE, label
from dashboard.ui.messages import answer, available_checkpoints, how_computed, note, page_title, shown_errors
from dashboard.ui.query_params import segments
from dashboard.views.checkpoints import told_apart
from dashboard.views.mistakes import confused

page_title("What does it confuse?")

rows = available_checkpoints()
sentence = st.container()
place = st.container()
runs = unfolded_runs(rows)
left, middle, right, cell_side = place.columns([3, 3, 4, 3])
with left:
    a = choose_checkpoint("Checkpoint A", rows, runs, key="a", default=first_choice)
with middle:
    b = choose_other("Compare with B", rows, runs, key="b", than=a)
with right:
    view = segments("Cells", list(VIEWS), key="cells", words=view_words)

with shown_errors():
    first = matrix_view(a)
    matrices = [first] if b == NONE else [first, matrix_view(b)]
    names = tuple(matrix.checkpoint.name for matrix in matrices)
    with sentence:
        answer(confused(first))
    with cell_side:
        cell = cell_choice(first)

    places = st.columns(3 if len(matrices) > 1 else [4, 5], gap="medium")
    titles = told_apart([matrix.checkpoint for matrix in matrices])
    for place, matrix, title in zip(places, matrices, titles, strict=False):
        with place:
            key = f"confusion {matrix.checkpoint.name}"
            show(key, confusion_matrix, matrix, view, cell, title, on_click=select_cell)
    if len(matrices) > 1:
        with places[2], shown_errors():
            difference = paired_difference(a, b)
            with sentence:
                answer(differs(verdict_of_two(a, b), difference))
            key = f"difference {a} {b}"
            show(key, difference_matrix, difference, cell, on_click=select_cell)

    listed, detail = (places[1], places[1]) if len(matrices) == 1 else st.columns([4, 5], gap="medium")
    with listed, shown_errors():
        compared = names if same_expressions(matrices) else names[:1]
        face_section(confusion_cell(compared, *cell), listed, detail)

    chart, numbers = st.columns([4, 5] if len(matrices) == 1 else [3, 8], gap="medium")  # six scores a row need room
    if same_expressions(matrices):
        with chart:
            measure = segments("Measure", list(MEASURES), key="measure", words=str.capitalize)
            show(f"{measure} {a}", per_class_dots, matrices, measure)
        with numbers, shown_errors():
            class_table(matrices)
            if len(matrices) > 1:
                titles = [label(rows, name) for name in names]
                class_difference_table(class_differences(*names), titles, matrices)
                note(f"A: {titles[0]}. B: {titles[1]}. In points.")
                with how_computed():
                    note(differences_made(intervals(rows[a].subjects, "95 % intervals")))
        curve_section([matrix.checkpoint for matrix in matrices], first.expressions)
