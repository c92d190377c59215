"""Which numbers can be believed? What is claimed beside what was measured, with its status and its arithmetic."""

from __future__ import annotations

import streamlit as st

from dashboard import components, evidence, services

components.title("Which numbers can be believed?")

with components.shown_errors():
    found = services.evidence()
    components.problems(found.problems)
    sentence = st.container()
    with st.container(horizontal=True):
        part = components.segments("Show", list(evidence.PARTS), key="part", words=evidence.PARTS.get)
        data = components.segments("Data", list(found.titles), key="data", words=found.titles.get)
        if part == "numbers":
            statuses = [evidence.ANY, *services.STATUSES]
            status = components.choose("Status", statuses, key="status", words=evidence.status_words, width=240)
    rows = [row for row in found.rows if row.data == data]
    about = [finding for finding in found.findings if data in finding.data]
    with sentence:
        components.answer(evidence.told(rows, about, found.titles[data]))
    if part == "findings":
        components.note(evidence.FINDINGS)
        components.finding_list(about)
        st.stop()
    if status != evidence.ANY:
        components.note(services.STATUSES[status])
    shown = [row for row in rows if status in (evidence.ANY, row.status)]
    if shown:
        components.ledger_table(shown)
        components.ledger_file(f"evidence_{data}", shown)
    else:
        components.note("No number on this data set has this status.")
