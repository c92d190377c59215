"""Which network for my device? A budget of time, megabytes and parameters, and what validation faces prefer within."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.device.budget_chart import accuracy_within_budget
from dashboard.pages.device.data import candidates, choice
from dashboard.pages.device.tables import candidate_table
from dashboard.pages.device.text import NAMES, how_estimated, left_out, recommended, runner_up
from dashboard.pages.device.views import MB, MILLIONS, MS, QUANTITIES
from dashboard.store.recommendation import placed_on
from dashboard.store.verdicts import verdict_of_two
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    how_computed,
    note,
    nothing_fits,
    page_title,
    shown_errors,
)
from dashboard.ui.number_params import number_box, optional_number
from dashboard.ui.query_params import segments

page_title("Which one for my device?")

shelf = list(available_checkpoints().values())
titles = {row.data: row.data_title for row in shelf}
sentence = st.container()
where, *boxes = st.columns([3, 2, 2, 2, 2])
with where:
    data = segments("Data", list(titles), key="data", words=titles.__getitem__)
with boxes[0]:
    ms = optional_number("At most ms a face", key="ms", high=10_000)
with boxes[1]:
    slower = number_box("Device slower by", key="slower", default=1, high=1_000)
with boxes[2]:
    mb = optional_number("At most MB", key="mb", high=10_000)
with boxes[3]:
    millions = optional_number("At most M parameters", key="millions", high=10_000)
limits = {name: limit for name, limit in ((MS, ms), (MB, mb), (MILLIONS, millions)) if limit is not None}

placed = placed_on(shelf, data)
if not placed:
    nothing_fits()
    end_page()

with shown_errors():
    view = choice(candidates(placed, slower), limits)
    with sentence:
        answer(recommended(view))
    drawable = [name for name in QUANTITIES if any(candidate.cost(name) is not None for candidate in view.candidates)]
    chart, table = st.columns([4, 7], gap="large")
    with chart:
        limited = next((name for name in limits if name in drawable), MILLIONS)
        against = segments("Cost", drawable, key="against", default=limited, words=NAMES.__getitem__)
        show(f"budget_{against}", accuracy_within_budget, view, against)
    with table:
        with shown_errors():
            two = [candidate.row.name for candidate in view.within[:2]]
            answer(runner_up(view, verdict_of_two(*two) if len(two) == 2 else None))
        candidate_table(view)
        note(left_out(view))
        with how_computed():
            note(how_estimated(view.candidates))
