"""Claims beside measurements, costs and the recipe of one network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import DASH, NBSP, count, estimate, millions, milliseconds, points_span, signed
from dashboard.ui.address import add
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import claim, number, prose, table, text
from dashboard.ui.messages import heading, note
from dashboard.views.claims import NOT_REFUTED, why_they_differ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from dashboard.pages.network.views import DownloadView, PrintedView, RunView
    from dashboard.views.claims import ClaimRowView

NO_TIME = "It was not timed at this input size."
NO_WEIGHTS = "Its weights are not shipped; the command under the recipe makes them."
NOT_COMPARABLE = "The two cannot be compared; the next column says why."


def claims_table(found: RunView) -> None:
    """Show each printed accuracy beside what was measured here, and why the two differ."""
    heading("The paper's claims beside measurements")
    if not found.claims:
        note(f"No paper that we know of prints an accuracy of {found.row.network.title}.")
        return
    header = [("Data set", ""), ("Claimed", "number"), ("Measured here", "number"), ("Difference", "number"),
              ("Why they differ", "")]  # fmt: skip
    body = [_claim_row(one) for one in found.claims]
    table(header, body, palette(), "Claims beside measurements, with reasons", found)
    note(f"Grey italics are claims. {NOT_REFUTED}")
    if found.printed:
        with st.expander(f"Other numbers that papers print of it ({len(found.printed)})"):
            header = [("What", ""), ("Claimed", "number"), ("Source", "")]
            table(header, [_printed_row(one) for one in found.printed], palette(), "Other numbers that papers print")


def _claim_row(one: ClaimRowView) -> list[Markup]:
    ours = one.ours
    where = f"n{NBSP}={NBSP}{count(ours.n)}" if ours else ""
    gap = one.difference
    return [
        text(one.data_title, one.split if len(one.split) < 20 else ""),
        claim(f"{one.printed}{NBSP}%", " ".join(filter(None, (f"{one.source}; {one.split}.", one.note)))),
        number(estimate(ours.accuracy if ours else None), where, "Not trained here on this data set."),
        number(DASH, reason=NOT_COMPARABLE) if gap is None else number(signed(gap.value), points_span(gap)),
        prose("", why_they_differ(one)),
    ]


def _printed_row(one: PrintedView) -> list[Markup]:
    what = ", ".join(filter(None, (one.of, one.data_title)))
    return [text(one.quantity, what), claim(one.value.replace(" ", NBSP), one.note), prose("", one.where)]


def cost_table(found: RunView) -> None:
    """Show parameters, multiply-adds, measured time and the size of the weights on disk."""
    heading("What it costs")
    row, late = found.row, found.latency
    size = DASH if found.weights_bytes is None else f"{found.weights_bytes / 1e6:.1f}{NBSP}MB"
    quartiles = f"quartiles {late.q1_ms:.1f} to {late.q3_ms:.1f}" if late else ""
    body = [
        [text("Parameters"), number(millions(row.params))],
        [text("MACs"), number(millions(row.macs), f"one face of {row.size_px} px")],
        [text("Time"), number(milliseconds(late.median_ms) if late else DASH, quartiles, NO_TIME)],
        [text("Weights on disk"), number(size, row.weights.partition(" ")[0], NO_WEIGHTS)],
    ]
    table([("What", ""), ("Cost", "number")], body, palette(), f"What {row.network.title} costs", row)
    note(late.stamp if late else "")


def recipe_table(found: RunView) -> None:
    """Show how the run was trained, and the command that trains it again."""
    heading("How it was trained")
    body = [[text(setting), prose(value, "")] for setting, value in found.recipe]
    caption = "Settings of the training; all of them are in the card"
    table([("Setting", ""), ("Value", "")], body, palette(), caption, found.row)
    schedule = found.row.schedule_note
    note(schedule[:1].upper() + schedule[1:])
    st.code(found.command, language="bash", wrap_lines=True)


def download_row(run: str, files: Sequence[DownloadView]) -> None:
    """Offer a run for the report, and its files side by side, each made when somebody asks."""
    with st.container(horizontal=True):
        st.button("Add network to report", on_click=add, args=("report", run), type="primary")
        for one in files:
            st.download_button(
                one.title,
                data=one.read,
                file_name=one.file_name,
                mime=one.mime,
                key=one.title,
                on_click="ignore",
            )
