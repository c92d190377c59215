"""Scores under each map, beside those of the baselines; the cheap ones of all maps first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.data import method_titles
from dashboard.pages.face_lab.score_block import LEGEND, score_block
from dashboard.pages.face_lab.score_chart import score_dots
from dashboard.pages.face_lab.score_data import measures, score_map, with_random_weights
from dashboard.pages.face_lab.score_text import MapScoresView, believed
from dashboard.ui.chart_panel import palette, show
from dashboard.ui.messages import answer, heading, note, plain, shown_errors
from dashboard.ui.query_params import segments
from dashboard.views.checkpoints import CheckpointView

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop

BASELINES = (
    "Random map: mean of three. Edge map: how fast the face's brightness changes. Centred blob: the middle of any "
    "face. None of them has seen the network, so a map worth reading does better."
)
RANDOM_WEIGHTS = (
    "Weights: the map is drawn again with half of the layers shuffled, then with all (Adebayo et al. 2018). From a "
    "rank correlation of 0.5 on it is said to hardly change."
)


@dataclass(frozen=True)
class ScoredMap:
    """A map to be scored: whose, by which method, of which expression's logit, and the place under it."""

    row: CheckpointView
    method: str
    expression: str
    place: DeltaGenerator


def score_maps(maps: Sequence[ScoredMap], crop: FaceCrop) -> None:
    """Score every map, measure by measure, each number in its place as it is known; then all of them in one chart."""
    if not maps:
        return
    titles = {name: measure.title for name, measure in measures().items()}
    known = {scored: _unscored(scored) for scored in maps}
    steps = [*list(titles)[:-1], None, list(titles)[-1]]  # None: random weights, before the most expensive
    waiting = st.empty()
    with shown_errors():
        for number, (measure, scored) in enumerate((measure, scored) for measure in steps for scored in maps):
            what = "Random weights" if measure is None else titles[measure]
            waiting.progress((number + 1) / (len(steps) * len(maps)), plain(f"{what} of {scored.row.network.title}"))
            known[scored] = _with(known[scored], scored, measure, crop)
            with scored.place:
                score_block(known[scored], palette())
    waiting.empty()
    _together(list(known.values()), maps)


def _unscored(scored: ScoredMap) -> MapScoresView:
    network = scored.row.network
    return MapScoresView(network.title, network.family, method_titles()[scored.method])


def _with(known: MapScoresView, scored: ScoredMap, measure: str | None, crop: FaceCrop) -> MapScoresView:
    which = (scored.row.name, crop, scored.expression, scored.method)
    if measure is None:
        return replace(known, random_weights=with_random_weights(*which))
    return replace(known, scores=(*known.scores, score_map(*which, measure)))


def _together(known: Sequence[MapScoresView], maps: Sequence[ScoredMap]) -> None:
    heading("Are the maps to be believed?")
    answer(believed(known))
    note(LEGEND)
    offered = measures()
    measure = segments("Measure", list(offered), key="measure", words=lambda name: offered[name].title)
    networks = list({scored.row.network.title: scored.row.network for scored in maps}.values())
    note(offered[measure].about)
    show("map-scores", score_dots, known, networks, measure)
    note(f"{BASELINES} {RANDOM_WEIGHTS}")
