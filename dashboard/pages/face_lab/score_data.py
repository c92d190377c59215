"""Whether a map is to be believed: its scores, those of maps that know nothing of the network, and random weights.

Cached as the maps are: by photo, face, checkpoint and weights, for this session only.
"""

from __future__ import annotations

import streamlit as st

from dashboard.store.photos import network_input
from dashboard.store.predictions import explained, loaded, target_of, weights_of
from fer_core.explain.metrics import MEASURES, RandomWeights, Score, scored
from fer_core.images.face_crop import CropSpec, digest

# The cheap ones first; sensitivity draws each map four times more.
SCORES = {name: measure.title for name, measure in MEASURES.items()}
ABOUT_SCORES = {name: measure.about for name, measure in MEASURES.items()}


def score_map(name: str, photo: bytes, face: CropSpec, expression: str, method: str, measure: str) -> Score:  # noqa: PLR0913
    """Take one measure of the map that `explain` gave. Raises FerError."""
    which = name, weights_of(name), digest(photo), face, target_of(name, expression)
    value = _of_map(*which, method, measure, photo)
    return scored(measure, value, lambda baseline: _of_baseline(*which, baseline, measure, photo))


def with_random_weights(name: str, photo: bytes, face: CropSpec, expression: str, method: str) -> RandomWeights:
    """Draw the map that `explain` gave again with random weights. Raises FerError."""
    key = digest(photo)
    return _with_random_weights(name, weights_of(name), key, face, target_of(name, expression), method, photo)


@st.cache_data(max_entries=512, show_spinner=False, scope="session")
def _of_map(  # noqa: PLR0913
    name: str, weights: str, key: str, face: CropSpec, target: int, method: str, measure: str, _photo: bytes
) -> float:
    from fer_core.report.explainer import score_of_map

    values = explained(name, weights, key, face, target, method, _photo).heatmap.values
    return score_of_map(loaded(name), network_input(name, _photo, face), target, method, values, measure)


@st.cache_data(max_entries=512, show_spinner=False, scope="session")
def _of_baseline(  # noqa: PLR0913
    name: str, weights: str, key: str, face: CropSpec, target: int, baseline: str, measure: str, _photo: bytes
) -> float:
    from fer_core.explain.faithfulness import of_baseline

    return of_baseline(loaded(name), network_input(name, _photo, face), target, baseline, measure)


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def _with_random_weights(  # noqa: PLR0913
    name: str, weights: str, key: str, face: CropSpec, target: int, method: str, _photo: bytes
) -> RandomWeights:
    from fer_core.report.explainer import with_random_weights

    values = explained(name, weights, key, face, target, method, _photo).heatmap.values
    return with_random_weights(loaded(name), network_input(name, _photo, face), target, method, values)
