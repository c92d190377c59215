"""Is it fed and read as it was trained? One network's contract line by line, and what its exported files change."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.contract.data import command, export_of, reports
from dashboard.pages.contract.tables import export_table, lines_table, order_table, scale_table
from dashboard.pages.contract.text import HOW, NONE_YET, contract_summary
from dashboard.ui.address import end_page
from dashboard.ui.labels import label
from dashboard.ui.messages import (
    answer,
    available_checkpoints,
    heading,
    how_computed,
    note,
    page_title,
    show_problems,
    shown_errors,
)
from dashboard.ui.query_params import choose

page_title("Is it fed and read as it was trained?")

rows = available_checkpoints()
found = reports(rows)
show_problems(found.problems)
if not found.by_name:
    answer(NONE_YET)
    st.code(command(next(iter(rows))), language="bash")
    end_page()

sentence = st.container()
name = choose("Network", list(found.by_name), key="network", words=lambda one: label(rows, one))
report = found.by_name[name]
with sentence:
    answer(contract_summary(rows[name].network.title, report))
left, right = st.columns([7, 4], gap="large")
with left:
    lines_table(report)
with right:
    heading("Which output is which")
    order_table(report.order)
    heading("Which scale it reads")
    scale_table(report.scales)
    with how_computed():
        note(HOW)
with shown_errors():
    if export := export_of(name):
        heading(f"Exported, on all faces of {export.split}")
        export_table(export)
