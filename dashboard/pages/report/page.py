"""What goes into the report? Chosen networks as one HTML file, as tables for LaTeX, and as a bundle to be checked."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.report.data import report_entry
from dashboard.pages.report.files import report_files
from dashboard.pages.report.tables import text_table
from dashboard.pages.report.text import report_summary, report_tables
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.store.checkpoints import first_choice
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import show
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.links import network_address
from dashboard.ui.messages import answer, available_checkpoints, note, page_title, shown_errors

page_title("What goes into the report?")

rows = available_checkpoints()
sentence = st.container()
chosen = choose_checkpoints(
    "Networks",
    rows,
    key="report",
    default=first_choice,
)
entries = []
for name in chosen:
    with shown_errors():
        entries.append(report_entry(name, network_address(rows[name], st.context.url)))
with sentence:
    answer(report_summary(entries))
if not entries:
    end_page()

names = labels(entry.row for entry in entries)
report_files(entries, names)
note("A reviewer checks the bundle with fer verify, without the data sets. Links lead to where this page was opened.")
for found in report_tables(entries, names):
    text_table(found)
for start in range(0, len(entries), 3):
    for place, entry in zip(st.columns(3, gap="medium"), entries[start : start + 3], strict=False):
        with place:
            show(f"confusion {entry.row.name}", confusion_matrix, entry.matrix, "rows", title=names[entry.row.name])
