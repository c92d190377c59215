"""Does it get and give what it was trained for? One network's contract, what exporting changes, and an import."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.contract.data import command, export_of, is_scored, reports
from dashboard.pages.contract.import_form import import_section
from dashboard.pages.contract.import_text import next_commands
from dashboard.pages.contract.tables import export_table, lines_table, order_table, scale_table
from dashboard.pages.contract.text import HOW, NONE_YET, contract_summary
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
stored = reports(rows)
show_problems(stored.problems)
if stored.by_name:
    sentence = st.container()
    import_section(is_open=False)
    name = choose("Network", list(stored.by_name), key="network", words=lambda option: label(rows, option))
    row, report = rows[name], stored.by_name[name]
    with sentence:
        answer(contract_summary(row.network.title, report))
    if row.is_imported and not is_scored(name):
        note("Not scored on test faces yet; these commands make its row:")
        st.code(next_commands(name, row.data), language="bash")
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
else:
    answer(NONE_YET)
    st.code(command(next(iter(rows))), language="bash")
    import_section(is_open=True)
