"""What does it take to mislead it? Test faces corrupted in twelve ways, mirrored, and read with attention bypassed."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.robustness.alignment_data import alignments
from dashboard.pages.robustness.alignment_tables import alignment_table
from dashboard.pages.robustness.charts import corruption_dots, severity_curves
from dashboard.pages.robustness.data import corrupted_lead, opens_with, robustness
from dashboard.pages.robustness.tables import CORRUPTION, corruption_strip, robustness_table, select_corruption
from dashboard.pages.robustness.views import (
    HOW,
    HOW_LEVELLED,
    bypassed,
    levelled_summary,
    not_measured,
    robustness_summary,
)
from dashboard.store.corruptions import corruptions
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
from dashboard.ui.query_params import choose, segments

page_title("What does it take to mislead it?")

rows = available_checkpoints()
titles = {row.data: row.data_title for row in rows.values()}
known_corruptions = {kind.name: kind for kind in corruptions()}
sentence = st.container()
left, middle, right = st.columns([4, 6, 3])
with left:
    data = segments("Data", list(titles), key="data", words=titles.__getitem__)
views, unasked, problems = robustness([name for name, row in rows.items() if row.data == data])
known = {view.checkpoint.name: view for view in views}
with sentence:
    answer(robustness_summary(views, corrupted_lead(views), list(known_corruptions.values())))
if not views:
    st.code("fer robustness --all", language="bash")
    show_problems(problems)
    end_page()

own = {name: rows[name] for name in known}
names = labels(own.values())
with middle:
    chosen = choose_checkpoints("Networks", own, key="networks", default=opens_with)
with right:
    corruption_titles = {name: kind.title for name, kind in known_corruptions.items()}
    corruption = choose("Corruption", list(corruption_titles), key=CORRUPTION, words=corruption_titles.__getitem__)

shown = [known[name] for name in chosen]
drawn = labels(own[name] for name in chosen)
if shown:
    curves, dots = st.columns([4, 3], gap="large")
    with curves:
        show(f"accuracy_{corruption}", severity_curves, shown, drawn, known_corruptions[corruption])
        corruption_strip(known_corruptions[corruption])
    with dots:
        dots_of = (shown, drawn, list(known_corruptions.values()))
        show("corruptions", corruption_dots, *dots_of, on_click=select_corruption)
else:
    note("Choose a network.")

robustness_table(views, names)
with how_computed():
    note(HOW)
answer(bypassed(views))
with shown_errors():
    if levelled := alignments({name: row for name, row in rows.items() if row.data == data}):
        answer(levelled_summary(levelled))
        alignment_table(levelled)
        with how_computed():
            note(HOW_LEVELLED)
note(not_measured([*labels(rows[name] for name in unasked).values()]))
show_problems(problems)
