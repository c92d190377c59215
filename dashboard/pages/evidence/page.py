"""Which numbers can be trusted? Claims beside measurements, with status and arithmetic."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.evidence.data import evidence, statuses
from dashboard.pages.evidence.tables import finding_list, looks_table, numbers_section
from dashboard.pages.evidence.text import ANY, FINDINGS, LOOKS, PARTS, claims_summary, looks_summary, status_words
from dashboard.ui.messages import answer, how_computed, note, page_title, show_problems, shown_errors
from dashboard.ui.query_params import choose, segments

page_title("Which numbers can be believed?")

with shown_errors():
    ledger = evidence()
    show_problems(ledger.problems)
    sentence = st.container()
    with st.container(horizontal=True):
        part = segments("Show", list(PARTS), key="show", words=PARTS.__getitem__)
        data = segments("Data", list(ledger.titles), key="data", words=ledger.titles.get)
        if part == "numbers":
            status = choose("Status", [ANY, *statuses()], key="status", words=status_words, width=240)
    rows = [row for row in ledger.rows if row.data == data]
    about = [finding for finding in ledger.findings if data in finding.data]
    looks = [split for split in ledger.looks if split.data == data]
    with sentence:
        title = ledger.titles[data]
        answer(looks_summary(looks, title) if part == "looks" else claims_summary(rows, about, title))
    if part == "looks":
        if looks:
            looks_table(looks)
        with how_computed():
            note(LOOKS)
    elif part == "findings":
        note(FINDINGS)
        finding_list(about)
    else:
        numbers_section(rows, data, status, statuses())
