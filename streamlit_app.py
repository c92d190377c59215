"""The frame of the dashboard: page settings and the table of pages. Start it with `make app`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

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

page = st.navigation(
    [
        st.Page("dashboard/pages/overview/page.py", title="Overview", default=True),
        st.Page("dashboard/pages/ablations/page.py", title="Ablations", url_path="ablations"),
        st.Page("dashboard/pages/confusion/page.py", title="Confusion", url_path="confusion"),
        st.Page("dashboard/pages/paired/page.py", title="Paired tests", url_path="paired"),
        st.Page("dashboard/pages/calibration/page.py", title="Calibration", url_path="calibration"),
        st.Page("dashboard/pages/robustness/page.py", title="Robustness", url_path="robustness"),
        st.Page("dashboard/pages/regions/page.py", title="Regions", url_path="regions"),
        st.Page("dashboard/pages/embedding/page.py", title="Embedding", url_path="embedding"),
        st.Page("dashboard/pages/data_audit/page.py", title="Data and leaks", url_path="data"),
        st.Page("dashboard/pages/training/page.py", title="Training", url_path="training"),
        st.Page("dashboard/pages/evidence/page.py", title="Evidence", url_path="evidence"),
        st.Page("dashboard/pages/efficiency/page.py", title="Efficiency", url_path="efficiency"),
        st.Page("dashboard/pages/face_lab/page.py", title="Face lab", url_path="face_lab"),
    ],
    position="top",
)
watch_closed_sessions()
with page_address(page.url_path):
    page.run()

preload()
