"""The frame of the dashboard: page settings and the menu. Start it with `make app`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.navigation import PAGES
from dashboard.store.closed_sessions import watch_closed_sessions
from dashboard.store.preload import preload
from dashboard.ui.address import page_address
from dashboard.ui.html_templates import STYLE
from dashboard.upload_limits import keep_uploads_in_memory

ASSETS = Path(__file__).parent / "dashboard" / "assets"

keep_uploads_in_memory()

st.set_page_config(
    page_title="FER Lens",
    # A file of our own: a Material icon as page icon would be fetched from the network by the browser.
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)

st.logo(str(ASSETS / "logo.svg"), size="large")
st.html(STYLE)

pages = {
    page.folder: st.Page(
        page.file,
        title=page.title,
        url_path=page.url_path,
        default=page is PAGES[0],
        visibility="visible" if page.is_in_menu else "hidden",
    )
    for page in PAGES
}
page = st.navigation(list(pages.values()), position="top")
watch_closed_sessions()
with page_address(page.url_path):
    page.run()
with st.container(horizontal=True):
    st.page_link(pages["report"], label="Report: networks to hand over")
    st.page_link(pages["glossary"], label="Glossary: what the words mean")

preload()
