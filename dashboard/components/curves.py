"""Precision-recall and ROC: one expression's curve, and the areas of all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, services
from dashboard.components.figures import show
from dashboard.components.labels import curve_words
from dashboard.components.links import choose, segments
from dashboard.components.messages import shown_errors
from dashboard.components.tables import area_table


def curve_section(names: Sequence[str], expressions: Sequence[str]) -> None:
    """Show a curve of one or two checkpoints that know the same `expressions`."""
    chart, numbers = st.columns([4, 5], gap="medium")
    with chart, shown_errors():
        kind = segments("Over all thresholds", list(charts.CURVES), key="curve", words=curve_words)
        expression = choose("Expression", expressions, key="expression")
        found = [services.curves(name, kind) for name in names]
        place = list(expressions).index(expression)
        key = f"{kind} {expression} {names[0]}"
        show(key, charts.class_curve, [some[place] for some in found], kind)
        with numbers:
            area_table(found, charts.CURVES[kind][3])
