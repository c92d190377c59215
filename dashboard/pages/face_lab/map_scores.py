"""Scores under each map, beside those of maps that never saw the network; the cheap ones of all maps first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.score_block import LEGEND, score_block
from dashboard.pages.face_lab.score_chart import score_dots
from dashboard.pages.face_lab.score_data import ABOUT_SCORES, SCORES, score_map, with_random_weights
from dashboard.pages.face_lab.score_text import JudgedView, believed
from dashboard.store.predictions import METHOD_TITLES
from dashboard.ui.chart_panel import palette, show
from dashboard.ui.messages import answer, heading, note, plain, shown_errors
from dashboard.ui.query_params import segments
from dashboard.views.checkpoints import CheckpointView
from fer_core.images.face_crop import CropSpec

BASELINES = (
    "Random map: mean of three. Edge map: how fast the face's brightness changes. Centred blob: the middle of any "
    "face. None of them has seen the network, so a map worth reading does better."
)
RANDOM_WEIGHTS = (
    "Weights: the map is drawn again with half of the layers shuffled, then with all (Adebayo et al. 2018). From a "
    "rank correlation of 0.5 on it is said to hardly change."
)


@dataclass(frozen=True)
class Scored:
    """A map to be scored: whose, by which method, of which expression's logit, and the place under it."""

    row: CheckpointView
    method: str
    expression: str
    place: DeltaGenerator


def score_maps(maps: Sequence[Scored], photo: bytes, face: CropSpec) -> None:
    """Score every map, measure by measure, each number in its place as it is known; then all of them in one chart."""
    if not maps:
        return
    judged = {one: JudgedView(one.row.network.title, one.row.network.family, METHOD_TITLES[one.method])
              for one in maps}  # fmt: skip
    steps = [*list(SCORES)[:-1], None, list(SCORES)[-1]]  # None: random weights, before the dearest
    waiting = st.empty()
    with shown_errors():
        for number, (measure, one) in enumerate((measure, one) for measure in steps for one in maps):
            what = "Random weights" if measure is None else SCORES[measure]
            waiting.progress((number + 1) / (len(steps) * len(maps)), plain(f"{what} of {one.row.network.title}"))
            judged[one] = _with(judged[one], one, measure, photo, face)
            with one.place:
                score_block(judged[one], palette())
    waiting.empty()
    _together(list(judged.values()), maps)


def _with(known: JudgedView, one: Scored, measure: str | None, photo: bytes, face: CropSpec) -> JudgedView:
    which = (one.row.name, photo, face, one.expression, one.method)
    if measure is None:
        return replace(known, random_weights=with_random_weights(*which))
    return replace(known, scores=(*known.scores, score_map(*which, measure)))


def _together(judged: Sequence[JudgedView], maps: Sequence[Scored]) -> None:
    heading("Are the maps to be believed?")
    answer(believed(judged))
    note(LEGEND)
    measure = segments("Measure", list(SCORES), key="measure", words=SCORES.get)
    networks = list({one.row.network.title: one.row.network for one in maps}.values())
    note(ABOUT_SCORES[measure])
    show("map-scores", score_dots, judged, networks, measure)
    note(f"{BASELINES} {RANDOM_WEIGHTS}")
