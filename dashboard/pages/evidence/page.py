"""Which numbers can be believed? What is claimed beside what was measured, with its status and its arithmetic."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.evidence.data import evidence, statuses
from dashboard.pages.evidence.tables import finding_list, numbers_section
from dashboard.pages.evidence.text import ANY, FINDINGS, PARTS, claims_summary, status_words
from dashboard.ui.messages import answer, note, page_title, show_problems, shown_errors
from dashboard.ui.query_params import choose, segments

page_title("Which numbers can be believed?")

with shown_errors():
    found = evidence()
    show_problems(found.problems)
    sentence = st.container()
    with st.container(horizontal=True):
        part = segments("Show", list(PARTS), key="show", words=PARTS.get)
        data = segments("Data", list(found.titles), key="data", words=found.titles.get)
        if part == "numbers":
            status = choose("Status", [ANY, *statuses()], key="status", words=status_words, width=240)
    rows = [row for row in found.rows if row.data == data]
    about = [finding for finding in found.findings if data in finding.data]
    with sentence:
        answer(claims_summary(rows, about, found.titles[data]))
    if part == "findings":
        note(FINDINGS)
        finding_list(about)
    else:
        numbers_section(rows, data, status, statuses())
