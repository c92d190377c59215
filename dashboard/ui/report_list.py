"""The list of the report's items. The session keeps it across pages, up to a limit in bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from urllib.parse import urlencode

import streamlit as st

from dashboard.plotting.report_item import ReportItem
from dashboard.store.provenance import made
from dashboard.ui.measured_item import Content, measured_item
from dashboard.ui.messages import last_answer, note

MOST_BYTES = 2_500_000  # with plotly's script, 2 MB in a file, the report stays below 5 MB
SESSION_KEY = "report list"
REFUSED = "report refused"  # in the session: the key of what found no room
FULL = f"The report is full ({MOST_BYTES / 1e6:.1f} MB): remove something on the Report page first."


@dataclass
class ReportList:
    """Items in the order of the report."""

    most_bytes: int = MOST_BYTES
    items: list[ReportItem] = field(default_factory=list)

    def __contains__(self, key: str) -> bool:
        return any(item.key == key for item in self.items)

    @property
    def n_bytes(self) -> int:
        """What all of them take in a file."""
        return sum(item.content.n_bytes for item in self.items)

    def add(self, item: ReportItem) -> bool:
        """Put an item last, unless it is there; return False where there is no room for it."""
        if item.key in self:
            return True
        if self.n_bytes + item.content.n_bytes > self.most_bytes:
            return False
        self.items.append(item)
        return True

    def remove(self, key: str) -> None:
        """Take an item out."""
        self.items = [item for item in self.items if item.key != key]

    def move(self, key: str, by: int) -> None:
        """Move an item that many places down, or up where `by` is negative; past an end it stays there."""
        place = next(place for place, item in enumerate(self.items) if item.key == key)
        self.items.insert(max(0, place + by), self.items.pop(place))

    def rename(self, key: str, caption: str) -> None:
        """Give an item another caption."""
        self.items = [replace(item, caption=caption) if item.key == key else item for item in self.items]


def report_list() -> ReportList:
    """Return the list of the current session."""
    return st.session_state.setdefault(SESSION_KEY, ReportList())


def report_button(key: str, shown: object, content: Callable[[], Content], about: object) -> None:
    """Offer to put something into the report; a second click changes nothing, the Report page takes it out again.

    Args:
        key: unique on the page.
        shown: tells by its `repr` what is shown from what else could be shown there.
        content: makes what goes into the report; called when somebody asks.
        about: the views that it shows; their checkpoints say on which faces and from which weights its numbers are.
    """
    name = f"{key} {sha256(repr(shown).encode()).hexdigest()[:16]}"
    is_in = name in report_list()
    st.button(
        "In the report" if is_in else "Add to report",
        key=f"{key} to report",
        type="tertiary",
        disabled=is_in,
        on_click=partial(_add, name, content, about, last_answer()),
    )
    if st.session_state.pop(REFUSED, "") == name:
        note(FULL)


def _add(name: str, content: Callable[[], Content], about: object, sentence: str) -> None:
    figure = content()
    item = measured_item(
        name,
        figure,
        about,
        caption=figure.title,
        sentence=sentence or last_answer(),
        made=made(),
        address=view_address(),
    )
    if not report_list().add(item):
        st.session_state[REFUSED] = name


def view_address() -> str:
    """Return the whole address of the view that is shown; without a browser, as in a test, what follows its page."""
    query, page = urlencode({key: st.query_params.get_all(key) for key in st.query_params}, doseq=True), page_address()
    return f"{page}?{query}" if query else page


def page_address() -> str:
    """Return the whole address of the page that is shown, without its choices; "" where there is none, as in a test."""
    return (st.context.url or "").partition("?")[0]
