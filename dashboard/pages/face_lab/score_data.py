"""Whether a map can be trusted: its scores, those of the baselines, and random weights.

Cached as the maps are: by the crop, the checkpoint and its weights, for this session only.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.pages.face_lab.data import (
    explained,
    network_input,
    target_of,
)
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import NetworkKey, loaded, network_key
from dashboard.store.session_results import computed_once
from fer_core.explain.metrics import MEASURES, Measure, RandomWeights, Score, scored
from fer_core.images.face_crop import FaceCrop


def measures() -> Mapping[str, Measure]:
    """Return what maps are measured by, the cheap ones first; sensitivity draws each map four times more."""
    return MEASURES


def score_map(name: str, crop: FaceCrop, expression: str, method: str, measure: str) -> Score:
    """Take one measure of the map that `explain_face` gave. Raises FerError."""
    key, target = network_key(name), target_of(name, expression)
    value = _of_map(key, crop, target, method, measure)
    return scored(measure, value, lambda baseline: _of_baseline(key, crop, target, baseline, measure))


def with_random_weights(name: str, crop: FaceCrop, expression: str, method: str) -> RandomWeights | None:
    """Draw the map that `explain_face` gave again with random weights; None if they are fixed. Raises FerError."""
    return _with_random_weights(network_key(name), crop, target_of(name, expression), method)


@computed_once(Cost.SCORE)
def _of_map(key: NetworkKey, crop: FaceCrop, target: int, method: str, measure: str) -> float:
    from fer_core.report.explainer import score_of_map

    heatmap = explained(key, crop, target, method).heatmap
    return score_of_map(loaded(key), network_input(key, crop), target, heatmap, measure)


@computed_once(Cost.SCORE)
def _of_baseline(key: NetworkKey, crop: FaceCrop, target: int, baseline: str, measure: str) -> float:
    from fer_core.explain.faithfulness import of_baseline

    return of_baseline(loaded(key), network_input(key, crop), target, baseline, measure)


@computed_once(Cost.SCORE)
def _with_random_weights(key: NetworkKey, crop: FaceCrop, target: int, method: str) -> RandomWeights | None:
    from fer_core.report.explainer import with_random_weights

    heatmap = explained(key, crop, target, method).heatmap
    return with_random_weights(loaded(key), network_input(key, crop), target, heatmap)
