"""Where do two networks differ? The faces that both, one or the other gets wrong, side by side."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.formatting import count
from dashboard.pages.differences.alone_chart import alone_bars
from dashboard.pages.differences.data import comparable_rows, compared, other_choice
from dashboard.pages.differences.faces import faces_section
from dashboard.pages.differences.text import KINDS, ORDERS, differ, how_compared
from dashboard.store.checkpoints import first_choice
from dashboard.store.verdicts import verdict_of_two
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoint, unfolded_runs
from dashboard.ui.messages import answer, available_checkpoints, how_computed, info, note, page_title, shown_errors
from dashboard.ui.query_params import segments

page_title("Where do two networks differ?")

rows = available_checkpoints()
sentence = st.container()
left, right = st.container().columns(2)
runs = unfolded_runs(rows)
with left:
    a = choose_checkpoint("Network A", rows, runs, key="a", default=first_choice)
others = comparable_rows(rows, than=rows[a])
if not others:
    info(
        f"No other checkpoint answered the same faces of **{rows[a].data_title}**; two make a comparison. `fer train` "
        "makes another."
    )
    end_page()
with right:
    listed = {name: is_listed for name, is_listed in runs.items() if name in others}
    b = choose_checkpoint("Network B", others, listed, key="b", default=partial(other_choice, than=rows[a]))

with shown_errors():
    view = compared(a, b)
    with sentence:
        answer(differ(verdict_of_two(a, b), view))
    with st.container(horizontal=True):
        kind = segments(
            "Faces", list(view.counts), key="faces", words=lambda kind: f"{KINDS[kind]} {count(view.counts[kind])}"
        )
        order = segments("Largest first", list(ORDERS), key="order", words=ORDERS.__getitem__)
    faces, chart = st.columns([7, 5], gap="large")
    with faces:
        faces_section(view, kind, order)
    with chart:
        show(f"alone {a} {b}", alone_bars, view)
        with how_computed():
            note(how_compared(view))
