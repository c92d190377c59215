"""The frame of the dashboard: page settings and the menu. Start it with `make app`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.navigation import NO_GROUP, PAGES, groups
from dashboard.store.closed_sessions import watch_closed_sessions
from dashboard.store.preload import preload
from dashboard.ui.address import page_address, said
from dashboard.ui.html_templates import STYLE
from dashboard.ui.renamed_params import OLD_PATHS, moved_to
from dashboard.upload_limits import limit_uploads

ASSETS = Path(__file__).parent / "dashboard" / "assets"
NAMES = ("menu.js", "links.js", "helps.js", "colours.js")
SCRIPTS = "".join(f"<script>{(ASSETS / name).read_text(encoding='utf-8')}</script>" for name in NAMES)

limit_uploads()

pages = {
    page.url_path: st.Page(
        page.file,
        title=page.title,
        url_path="" if page is PAGES[0] else page.url_path,
        default=page is PAGES[0],
        visibility="visible" if page.is_in_menu else "hidden",
    )
    for page in PAGES
}
menu = {group: [pages[page.url_path] for page in some] for group, some in groups().items()}
# Streamlit gives the first page the bare address alone; its name is typed, too, and so are names that pages had.
by_name = [
    st.Page(lambda: None, title=pages[path].title, url_path=name, visibility="hidden")
    for name, path in {PAGES[0].url_path: PAGES[0].url_path, **OLD_PATHS}.items()
]
page = st.navigation({**menu, NO_GROUP: [*menu[NO_GROUP], *by_name]}, position="top")
if (asked := moved_to(page.url_path, st.query_params)) != page.url_path or page in by_name:
    st.switch_page(pages[asked], query_params=said())

st.set_page_config(
    page_title=f"{page.title} · FER Lens",
    # A file of our own: a Material icon as page icon would be fetched from the network by the browser.
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.logo(str(ASSETS / "logo.svg"), size="large")
st.html(STYLE)

watch_closed_sessions()
try:
    with page_address(page.url_path):
        page.run()
finally:  # also where a page ends early; above the page it would take room
    st.html(SCRIPTS, unsafe_allow_javascript=True)

preload()
