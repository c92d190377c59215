"""What do the words mean? Every term of the screen in a sentence or two, read from docs/glossary.md."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from dashboard.store.glossary import entries
from dashboard.ui.messages import answer, note, page_title, shown_errors

page_title("What do the words mean?")

with shown_errors():
    known = entries()
    answer(
        f"**{len(known)} terms** of the pages, the commands and the cards. An underlined column head leads to its "
        "entry; resting on it shows the first sentence."
    )
    for section, terms in groupby(known, key=lambda entry: entry.section):
        st.header(section)
        for entry in terms:
            st.subheader(entry.term, anchor=entry.anchor)
            if entry.also:
                note(f"On the screen also: {', '.join(entry.also)}.")
            st.markdown(entry.text)
