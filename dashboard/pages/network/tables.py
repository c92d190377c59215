"""Claims beside measurements, costs and the recipe of one network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import DASH, NBSP, estimate, millions, milliseconds, points_span, signed
from dashboard.pages.network.text import (
    CLAIMS,
    CLAIMS_NOTE,
    COSTS,
    TRAINED,
    no_claim,
    printed_title,
    schedule_words,
)
from dashboard.ui.address import add
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import TableParts, claim, number, prose, table, text
from dashboard.ui.messages import heading, note
from dashboard.views.claims import faces_and_seeds, why_they_differ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from dashboard.pages.network.views import DownloadView, PrintedView, RunView
    from dashboard.plotting.theme import Palette
    from dashboard.views.claims import ClaimRowView

NO_TIME = "It was not timed at this input size."
NO_WEIGHTS = "Its weights are not shipped; the command under the recipe makes them."
NOT_COMPARABLE = "The two cannot be compared; the next column says why."


def claims_table(run: RunView) -> None:
    """Show each printed accuracy beside what was measured here, and why the two differ."""
    heading(CLAIMS)
    if not run.claims:
        note(no_claim(run.row))
        return
    table(*claims_parts(run, palette()))
    note(CLAIMS_NOTE)
    if run.printed:
        with st.expander(printed_title(run)):
            table(*printed_parts(run, palette()))


def claims_parts(run: RunView, colours: Palette) -> TableParts:
    """Return the table of printed accuracies, a row a claim."""
    header = [("Data set", ""), ("Claimed", "number"), ("Measured here", "number"), ("Difference", "number"),
              ("Why they differ", "")]  # fmt: skip
    body = [_claim_row(row) for row in run.claims]
    return TableParts(header, body, colours, "Claims beside measurements, with reasons", run)


def printed_parts(run: RunView, colours: Palette) -> TableParts:
    """Return the table of what papers print of the network besides accuracies."""
    header = [("What", ""), ("Claimed", "number"), ("Source", "")]
    return TableParts(
        header, [_printed_row(figure) for figure in run.printed], colours, "Other numbers that papers print"
    )


def _claim_row(row: ClaimRowView) -> list[Markup]:
    gap = row.difference
    return [
        text(row.data_title, row.split if len(row.split) < 20 else ""),
        claim(f"{row.printed}{NBSP}%", " ".join(filter(None, (f"{row.source}; {row.split}.", row.note)))),
        number(estimate(row.measured), faces_and_seeds(row), "Not trained here on this data set."),
        number(DASH, reason=NOT_COMPARABLE) if gap is None else number(signed(gap.value), points_span(gap)),
        prose("", why_they_differ(row)),
    ]


def _printed_row(figure: PrintedView) -> list[Markup]:
    what = ", ".join(filter(None, (figure.of, figure.data_title)))
    return [text(figure.quantity, what), claim(figure.value.replace(" ", NBSP), figure.note), prose("", figure.where)]


def cost_table(run: RunView) -> None:
    """Show parameters, multiply-adds, measured time and the size of the weights on disk."""
    heading(COSTS)
    table(*cost_parts(run, palette()))
    note(run.latency.stamp if run.latency else "")


def cost_parts(run: RunView, colours: Palette) -> TableParts:
    """Return the table of what one face costs."""
    row, late = run.row, run.latency
    size = DASH if run.weights_bytes is None else f"{run.weights_bytes / 1e6:.1f}{NBSP}MB"
    quartiles = f"quartiles {late.q1_ms:.1f} to {late.q3_ms:.1f}" if late else ""
    body = [
        [text("Parameters"), number(millions(row.params))],
        [text("MACs"), number(millions(row.macs), f"one face of {row.size_px} px")],
        [text("Time"), number(milliseconds(late.median_ms) if late else DASH, quartiles, NO_TIME)],
        [text("Weights on disk"), number(size, row.weights.partition(" ")[0], NO_WEIGHTS)],
    ]
    return TableParts([("What", ""), ("Cost", "number")], body, colours, f"What {row.network.title} costs", row)


def recipe_table(run: RunView) -> None:
    """Show how the run was trained, and the command that trains it again."""
    heading(TRAINED)
    table(*recipe_parts(run, palette()))
    note(schedule_words(run.row))
    st.code(run.command, language="bash", wrap_lines=True)


def recipe_parts(run: RunView, colours: Palette) -> TableParts:
    """Return the table of the settings that a reader asks for first."""
    body = [[text(setting), prose(value, "")] for setting, value in run.recipe]
    caption = "Settings of the training; all of them are in the card"
    return TableParts([("Setting", ""), ("Value", "")], body, colours, caption, run.row)


def download_row(run: str, files: Sequence[DownloadView]) -> None:
    """Offer a run for the report, and its files side by side, each made on demand."""
    with st.container(horizontal=True):
        st.button("Add network to report", on_click=add, args=("report", run), type="primary")
        for file in files:
            st.download_button(
                file.title,
                data=file.read,
                file_name=file.file_name,
                mime=file.mime,
                key=file.title,
                on_click="ignore",
            )
