"""The files that the report's page offers, made on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard.pages.report.archive_data import archive
from dashboard.pages.report.data import bundle_file
from dashboard.pages.report.document_data import pdf_file
from dashboard.pages.report.text import INTRO, TITLE
from dashboard.plotting.html_export import as_html
from dashboard.plotting.report_item import ReportItem
from dashboard.store.provenance import made


def report_files(items: Sequence[ReportItem], addresses: Mapping[str, str]) -> None:
    """Offer the report of these items, and the bundle for a reviewer; `addresses` of checkpoints' pages by name."""
    files = [
        ("Report (HTML)", "report.html", "text/html", partial(html_file, items)),
        ("Report (PDF)", "report.pdf", "application/pdf", partial(_pdf, items)),
        ("Figures and tables", "report-figures.zip", "application/zip", partial(archive, items, addresses)),
    ]
    if addresses:
        files.append(("Bundle for a reviewer", "bundle.zip", "application/zip", partial(bundle_file, list(addresses))))
    with st.container(horizontal=True):
        for title, file_name, mime, data in files:
            st.download_button(title, data=data, file_name=file_name, mime=mime, key=file_name, on_click="ignore")


def html_file(items: Sequence[ReportItem]) -> bytes:
    """Return the report as one HTML file."""
    return as_html(TITLE, _intro(), items)


def _pdf(items: Sequence[ReportItem]) -> bytes:
    return pdf_file(TITLE, _intro(), items)


def _intro() -> tuple[str, ...]:
    return (*INTRO, f"Made with {made()}.")
