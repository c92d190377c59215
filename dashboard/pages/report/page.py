"""What goes into the report? Items from other pages and chosen networks, to hand over or to present."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.report.data import report_entry
from dashboard.pages.report.files import report_files
from dashboard.pages.report.item_list import item_list, preview
from dashboard.pages.report.network_items import network_items
from dashboard.pages.report.presenting import is_presented, present, present_buttons
from dashboard.pages.report.text import report_summary
from dashboard.plotting.report_item import weights_item
from dashboard.store.checkpoints import first_choice
from dashboard.store.provenance import made
from dashboard.ui.address import end_page
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.links import network_address
from dashboard.ui.messages import answer, available_checkpoints, heading, note, page_title, shown_errors
from dashboard.ui.report_list import report_list

rows = available_checkpoints()
if is_presented():
    with shown_errors():
        present(rows)
    end_page()

page_title("What goes into the report?")

sentence, files = st.container(), st.container()
kept = report_list()
item_list(kept)
heading("Networks")
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
    answer(report_summary(len(kept.items), entries))
about = list(network_items(entries, labels(entry.row for entry in entries), made()))
if not kept.items and not about:
    end_page()

items = [*kept.items, *about]
with files:
    present_buttons(len(kept.items))
    report_files(
        [*items, *filter(None, [weights_item(items, made())])], {entry.row.name: entry.address for entry in entries}
    )
note("A reviewer checks the bundle with fer verify, without the data sets. Links lead to where this page was opened.")
for item in about:
    if item.table:
        heading(item.caption)
        preview(item)
        note(item.source)
matrices = [item for item in about if item.chart]
for start in range(0, len(matrices), 3):
    for place, item in zip(st.columns(3, gap="medium"), matrices[start : start + 3], strict=False):
        with place:
            heading(item.caption)
            preview(item)
            note(item.source)
