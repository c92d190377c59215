"""A film in: an upload that stays in memory, also while other pages are looked at."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.film.data import Upload, forget_reading, missing_reader, readable_films, upload
from dashboard.ui.address import end_page
from dashboard.ui.messages import info, note
from dashboard.upload_limits import READ_ONLY, is_read_only

PRIVACY = (
    "The film stays in this computer's memory, also while you look at other pages, and is forgotten two to three "
    "minutes after the app is closed in the browser: nothing is written to disk and nothing is sent anywhere."
)
ETHICS = "Networks name what a face looks like, not what a person feels. Film only people who agree to it."
WIDGET, FILM = "film", "uploaded film"  # the second in the session: a widget forgets when its page is left


def film_input(rate: float) -> Upload:
    """Return the film to look at; without one, say so and end the page."""
    if is_read_only():
        note(READ_ONLY)
        end_page()
    if missing := missing_reader(rate):
        info(f"{missing[0].upper()}{missing[1:]}; then start the app again.")
        end_page()
    is_in_widget = st.file_uploader("Choose a film", key=WIDGET, help=readable_films(), on_change=_keep) is not None
    given = st.session_state.get(FILM)
    if given is not None and not is_in_widget and st.button("Forget this film"):
        _forget()
        given = None
    note(ETHICS)
    if given is None:
        note(PRIVACY)
        info(f"Give a film with a face in it: {readable_films()}. `fer predict` reads larger files.")
        end_page()
    return given


def _keep() -> None:
    """Keep the film that somebody chose, or forget it where it was taken away."""
    given = st.session_state[WIDGET]
    _forget()
    if given is not None:
        st.session_state[FILM] = upload(given.name, given.getvalue())


def _forget() -> None:
    st.session_state[FILM] = None
    forget_reading()
