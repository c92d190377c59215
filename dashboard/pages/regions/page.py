"""Which part of the face does it read? Attribution by region and answer, beside area and FACS; what masking costs."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.regions.masking_chart import masking_dots
from dashboard.pages.regions.tables import regions_table
from dashboard.plotting.regions import region_layout, region_matrix
from dashboard.store.regions import first_read, has_regions, regions
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoint, choose_other, unfolded_runs
from dashboard.ui.labels import NONE, label
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    how_computed,
    note,
    page_title,
    show_problems,
    shown_errors,
)
from dashboard.views.regions import NOTHING, how, regions_summary, unaligned, unmeasured

page_title("Which part of the face does it read?")

rows = available_checkpoints()
measured, missing = has_regions(list(rows))
sentence = st.container()
if not measured:
    answer(NOTHING)
    st.code("fer regions --all", language="bash")
    end_page()

names = {name: label(rows, name) for name in measured} | {NONE: "Nothing"}
own = {name: rows[name] for name in measured}
place = st.container()
runs = unfolded_runs(own)
left, right = place.columns(2)
with left:
    a = choose_checkpoint("Checkpoint", own, runs, key="a", default=first_read)
with right:
    b = choose_other("Beside it", own, runs, key="b", than=a)

views = []
for name in (a, b):
    with shown_errors():
        views += [regions(name)] if name != NONE else []
layouts = {view.layout.data: view.layout for view in views}
with sentence:
    for view in views:
        answer(regions_summary(view))
    show_problems([unaligned(layout) for layout in layouts.values() if not layout.is_aligned])

wide = st.columns([5, 4] if len(views) == 1 else 2, gap="large")
for place, view in zip(wide, views, strict=False):
    with place:
        show(f"regions {view.checkpoint.name}", region_matrix, view, names[view.checkpoint.name])
with wide[1] if len(views) == 1 else st.container():
    for place, layout in zip(st.columns(max(1, len(layouts)), gap="large"), layouts.values(), strict=False):
        with place:
            show(f"layout {layout.data}", region_layout, layout)

for view in views:
    left, right = st.columns(2, gap="large")
    with left:
        show(f"masking {view.checkpoint.name}", masking_dots, view, names[view.checkpoint.name])
    with right:
        regions_table(view, names[view.checkpoint.name])
with how_computed():
    note(how(views))
    note(unmeasured([label(rows, name) for name in missing]))
