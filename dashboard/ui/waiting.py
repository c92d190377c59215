"""The message of a page that waits for other sessions' computations."""

from __future__ import annotations

import streamlit as st

from dashboard.store.session_results import tell_place
from dashboard.ui.messages import note


def say_place_here() -> None:
    """From here on say in this place of the page how many computations come before the one that it waits for."""
    place = st.empty()

    def tell(before: int) -> None:
        with place:
            note(f"Others are being served: {before} before this.") if before else place.empty()

    tell_place(tell)
