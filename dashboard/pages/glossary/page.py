"""What do the words mean? Every term of the screen in a sentence or two, read from docs/glossary.md."""

from __future__ import annotations

from itertools import groupby

from dashboard.store.glossary import entries
from dashboard.ui.messages import answer, page_title, show_terms, shown_errors

page_title("What do the words mean?")

with shown_errors():
    known = entries()
    answer(
        f"**{len(known)} terms** of the pages, the commands and the cards. An underlined column head leads to its "
        "entry; resting on it shows the first sentence."
    )
    show_terms(
        (
            section,
            [(one.term, f"On the screen also: {', '.join(one.also)}." if one.also else "", one.text) for one in terms],
        )
        for section, terms in groupby(known, key=lambda entry: entry.section)
    )
