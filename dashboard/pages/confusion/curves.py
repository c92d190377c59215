"""Precision-recall and ROC: one expression's curve, and the areas of all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.pages.confusion.curve_chart import CURVES, class_curve
from dashboard.pages.confusion.curve_data import curves
from dashboard.pages.confusion.tables import area_table
from dashboard.pages.confusion.text import curve_words
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import shown_errors
from dashboard.ui.query_params import choose, segments
from dashboard.views.checkpoints import CheckpointView


def curve_section(rows: Sequence[CheckpointView], expressions: Sequence[str]) -> None:
    """Show a curve of one or two checkpoints that know the same `expressions`."""
    chart, numbers = st.columns([4, 5], gap="medium")
    with chart, shown_errors():
        kind = segments("Curve over all thresholds", list(CURVES), key="curve", words=curve_words)
        expression = choose("Expression", expressions, key="expression")
        by_row = [curves(row.name, kind) for row in rows]
        place = list(expressions).index(expression)
        key = f"{kind} {expression} {rows[0].name}"
        show(key, class_curve, rows, [some[place] for some in by_row], kind)
        with numbers:
            area_table(rows, by_row, CURVES[kind][3])
