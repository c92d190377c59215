"""What do the words mean? Every term of the screen in a sentence or two, read from docs/glossary.md."""

from __future__ import annotations

from itertools import groupby

from dashboard.store.glossary import entries
from dashboard.ui.messages import answer, heading, note, page_title, shown_errors, term_heading

page_title("What do the words mean?")

with shown_errors():
    known = entries()
    answer(
        f"**{len(known)} terms** of the pages, the commands and the cards. An underlined column head leads to its "
        "entry; resting on it shows the first sentence."
    )
    for section, terms in groupby(known, key=lambda entry: entry.section):
        heading(section)
        for entry in terms:
            term_heading(entry.term, entry.anchor)
            if entry.also:
                note(f"On the screen also: {', '.join(entry.also)}.")
            answer(entry.text)
