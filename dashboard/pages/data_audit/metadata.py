"""A set's metadata as a file for data catalogues."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.pages.data_audit.data import croissant_file


def metadata_button(data: str) -> None:
    """Offer terms, citation, splits and counts of a set as Croissant, JSON-LD made on demand."""
    st.download_button(
        "Metadata as Croissant",
        data=partial(croissant_file, data),
        file_name=f"croissant-{data}.json",
        mime="application/ld+json",
        on_click="ignore",
        type="tertiary",
    )
