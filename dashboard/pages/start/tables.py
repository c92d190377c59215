"""The recommendations, and one line per paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import NBSP, estimate, millions, several_seeds
from dashboard.pages.start.text import why
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import claim, number, prose, table, text
from dashboard.ui.links import network_link, network_params, page_link
from dashboard.ui.messages import heading, plain
from dashboard.views.claims import faces_and_seeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from dashboard.pages.start.views import PaperView
    from dashboard.views.checkpoints import CheckpointView


def recommendation(what_for: str, row: CheckpointView) -> None:
    """Show a network with its accuracy and size; its name leads to its page."""
    st.metric(plain(what_for), estimate(row.accuracy))
    words = filter(None, (row.network.title, millions(row.params), several_seeds(row.seeds)))
    page_link("network", " · ".join(words), network_params(row))


def papers_table(papers: Sequence[PaperView]) -> None:
    """Show what each paper claims, what was measured here, and what decides that the two differ."""
    heading("Do the papers' claims hold?")
    header = [("Network", ""), ("Claimed", "number"), ("Measured", "number"), ("Why they differ", "")]
    table(
        header,
        [_line(paper) for paper in papers],
        palette(),
        "Each paper's claim beside our measurement, with a reason",
    )


def _line(paper: PaperView) -> list[Markup]:
    row, published = paper.ours, paper.claim
    source = " ".join(filter(None, (f"{published.source}; {published.split}.", published.note)))
    return [
        text(row.network.title, published.data_title, palette().family(row.network.family), network_link(row)),
        claim(f"{published.printed}{NBSP}%", source),
        number(estimate(published.measured), faces_and_seeds(published)),
        prose(why(published), ""),
    ]
