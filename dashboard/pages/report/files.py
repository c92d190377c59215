"""The files that the report's page offers, made when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard.pages.report.data import bibtex_file, bundle_file, latex_table, made, zip_file
from dashboard.pages.report.text import INTRO, TITLE, figure_source, report_tables
from dashboard.pages.report.views import EntryView
from dashboard.plotting.chart import Chart
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.plotting.export import as_svg
from dashboard.plotting.html_export import Figure, as_html
from dashboard.plotting.theme import DARK, LIGHT, Palette


def report_files(entries: Sequence[EntryView], names: Mapping[str, str]) -> None:
    """Offer the report, its tables and figures for LaTeX, and the bundle for a reviewer; `names` label checkpoints."""
    chosen = [one.row.name for one in entries]
    offered = (
        ("Report (HTML)", "report.html", "text/html", partial(html_file, entries, names)),
        ("LaTeX tables and figures", "report-latex.zip", "application/zip", partial(latex_file, entries, names)),
        ("Bundle for a reviewer", "bundle.zip", "application/zip", partial(bundle_file, chosen)),
    )
    with st.container(horizontal=True):
        for title, file_name, mime, data in offered:
            st.download_button(title, data=data, file_name=file_name, mime=mime, key=file_name, on_click="ignore")


def html_file(entries: Sequence[EntryView], names: Mapping[str, str]) -> bytes:
    """Return the report as one HTML file."""
    stamp = made()
    figures = [
        Figure(
            f"figure-{place}",
            matrix_chart(one, names, LIGHT),
            matrix_chart(one, names, DARK),
            figure_source(one, stamp),
            one.address,
        )
        for place, one in enumerate(entries, 1)
    ]
    return as_html(TITLE, (*INTRO, f"Made with {stamp}."), report_tables(entries, names), figures)


def latex_file(entries: Sequence[EntryView], names: Mapping[str, str]) -> bytes:
    """Return booktabs tables, figures as SVG and a BibTeX file in one zip archive."""
    return zip_file(
        {
            **{f"{one.title.lower()}.tex": latex_table(one) for one in report_tables(entries, names)},
            "references.bib": bibtex_file({one.row.name: one.address for one in entries}),
            **{f"confusion-{one.row.name}.svg": as_svg(matrix_chart(one, names, LIGHT)) for one in entries},
        }
    )


def matrix_chart(entry: EntryView, names: Mapping[str, str], palette: Palette) -> Chart:
    """Return a checkpoint's confusion matrix, in percent of its rows."""
    return confusion_matrix(entry.matrix, "rows", title=f"{names[entry.row.name]}: what it confuses", palette=palette)
