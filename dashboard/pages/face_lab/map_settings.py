"""Settings of the maps, behind a button: the page works without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.pages.face_lab.data import default_request, first_methods, method_titles
from dashboard.pages.face_lab.map_grid import SCALES
from dashboard.pages.face_lab.true_label import target_choice
from dashboard.store.checkpoints import expressions_of
from dashboard.ui.query_params import choose_many, segments, slide

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.report.explanations import ExplanationRequest


def map_settings(rows: Sequence[CheckpointView], truth: str | None) -> ExplanationRequest:
    """Return the request for these networks, about a face that shows `truth` (None if not known)."""
    request, titles = default_request(), method_titles()
    with st.popover("Map settings", type="tertiary", key="map settings"):
        target = target_choice(expressions_of([row.name for row in rows]), truth)
        default = first_methods(rows)
        methods = choose_many("Methods", list(titles), key="methods", default=default, words=titles.__getitem__)
        chosen: dict[str, Any] = {
            "methods": tuple(methods),
            "opacity": slide("Opacity of the maps (%)", key="opacity", default=round(100 * request.opacity)) / 100,
            "scale": segments("Colour scale", list(SCALES), key="scale", words=SCALES.__getitem__),
            "is_scored": segments("Score the maps", ["no", "yes"], key="scores", words=str.capitalize) == "yes",
        }
    return replace(request, target=target or request.target, **chosen)
