"""Whether a map is to be believed: its scores, those of maps that know nothing of the network, and random weights.

Cached as the maps are: by photo, face, checkpoint and weights, for this session only.
"""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.judged import RandomWeightsView, ScoreView
from dashboard.services.answers import explained, loaded, target_of, weights_of
from dashboard.services.sight import Where, digest, network_input
from fer_core.explain.judging import BASELINES, MEASURES

# The cheap ones first; sensitivity draws each map four times more.
SCORES = {name: measure.title for name, measure in MEASURES.items()}
ABOUT_SCORES = {name: measure.about for name, measure in MEASURES.items()}


def score(name: str, photo: bytes, face: Where, expression: str, method: str, measure: str) -> ScoreView:  # noqa: PLR0913
    """Take one measure of the map that `explain` gave. Raises FerError."""
    about, target, weights = MEASURES[measure], target_of(name, expression), weights_of(name)
    value = _of_map(name, weights, digest(photo), face, target, method, measure, photo)
    others = tuple(
        (one.title, _of_baseline(name, weights, digest(photo), face, target, one.name, measure, photo))
        for one in BASELINES.values()
    )
    return ScoreView(measure, about.title, value, others, about.is_low_good)


def with_random_weights(name: str, photo: bytes, face: Where, expression: str, method: str) -> RandomWeightsView:
    """Draw the map that `explain` gave again with random weights. Raises FerError."""
    key = digest(photo)
    return _with_random_weights(name, weights_of(name), key, face, target_of(name, expression), method, photo)


@st.cache_data(max_entries=512, show_spinner=False, scope="session")
def _of_map(  # noqa: PLR0913
    name: str, weights: str, key: str, face: Where, target: int, method: str, measure: str, _photo: bytes
) -> float:
    from fer_core.explain.attribution import attribute
    from fer_core.explain.faithfulness import Case, judge

    predictor = loaded(name)

    def draw(array: np.ndarray) -> np.ndarray:
        return attribute(predictor, array, target, method).values

    values = explained(name, weights, key, face, target, method, _photo).heatmap.values
    return judge(predictor, Case(network_input(name, _photo, face), target, values, draw), measure)


@st.cache_data(max_entries=512, show_spinner=False, scope="session")
def _of_baseline(  # noqa: PLR0913
    name: str, weights: str, key: str, face: Where, target: int, baseline: str, measure: str, _photo: bytes
) -> float:
    from fer_core.explain.faithfulness import of_baseline

    return of_baseline(loaded(name), network_input(name, _photo, face), target, baseline, measure)


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def _with_random_weights(  # noqa: PLR0913
    name: str, weights: str, key: str, face: Where, target: int, method: str, _photo: bytes
) -> RandomWeightsView:
    from fer_core.explain.randomisation import randomised

    values = explained(name, weights, key, face, target, method, _photo).heatmap.values
    found = randomised(loaded(name), network_input(name, _photo, face), target, method, values)
    return RandomWeightsView(found.changes, *found.correlations)
