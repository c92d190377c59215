"""Loaded networks explain one face: predictions, maps and scores, computed at every call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from fer_core import models
from fer_core.explain.attention_maps import Attention, native_attention
from fer_core.explain.attribution import attribute
from fer_core.explain.faithfulness import Case, measure_map, of_baseline
from fer_core.explain.heatmap import Heatmap
from fer_core.explain.metrics import RandomWeights, Score, scored
from fer_core.explain.sanity_checks import randomised
from fer_core.images.face_crop import FaceCrop
from fer_core.inference.model_state import Loaded
from fer_core.inference.predictor import Predictor
from fer_core.onnx.network import needs_gradients
from fer_core.report.explanations import NetworkInfo


class LoadedExplainer:
    """The `explanations.Explainer` of loaded networks on one crop; a checkpoint's name is its card's."""

    def __init__(self, predictors: Sequence[Predictor], crop: FaceCrop):
        self._crop = crop
        self._predictors = {predictor.card.name: predictor for predictor in predictors}
        self._inputs = {name: predictor.to_input(crop.pixels) for name, predictor in self._predictors.items()}
        self._drawn: dict[tuple[str, str, str], Heatmap] = {}  # each score of a map needs it again
        self._of_baseline = cache(self._baseline)  # the same for all methods

    def network(self, name: str) -> NetworkInfo:
        """Return a checkpoint's names for a figure."""
        card = self._predictors[name].card
        network = card.network.name
        title, family = network, network  # of an imported one
        if card.runtime == "torch":
            title, family = models.entry(network).title, models.entry(network).family
        return NetworkInfo(name, title, family, card.data.title, card.shipped.sha256, card.expressions)

    def probabilities(self, name: str) -> tuple[float, ...]:
        """See `Predictor.predict`."""
        return tuple(float(p) for p in self._predictors[name].predict(self._crop.pixels).probabilities)

    def attention(self, name: str) -> list[Attention]:
        """See `native_attention`."""
        return native_attention(self._predictors[name], self._inputs[name])

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        """See `attribute`; drawn once. Raises ConfigError."""
        if (name, expression, method) not in self._drawn:
            self._drawn[name, expression, method] = attribute(*self._logit(name, expression), method)
        return self._drawn[name, expression, method]

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        """One measure of a map, beside the same of the baselines."""
        value = score_of_map(*self._logit(name, expression), self.heatmap(name, expression, method), measure)
        return scored(measure, value, lambda baseline: self._of_baseline(name, expression, baseline, measure))

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights | None:
        """Return how a map changes with random weights; None where they cannot be randomised."""
        return with_random_weights(*self._logit(name, expression), self.heatmap(name, expression, method))

    def _baseline(self, name: str, expression: str, baseline: str, measure: str) -> float:
        return of_baseline(*self._logit(name, expression), baseline, measure)

    def _logit(self, name: str, expression: str) -> tuple[Predictor, np.ndarray, int]:
        predictor = self._predictors[name]
        return predictor, self._inputs[name], predictor.card.expressions.index(expression)


def score_of_map(predictor: Loaded, array: np.ndarray, target: int, heatmap: Heatmap, measure: str) -> float:
    """Take one measure of the map that `attribute` gave for the same input and target; see `measure_map`."""

    def draw(other: np.ndarray) -> np.ndarray:
        return attribute(predictor, other, target, heatmap.method).values

    return measure_map(predictor, Case(array, target, heatmap.values, draw), measure)


def with_random_weights(predictor: Loaded, array: np.ndarray, target: int, heatmap: Heatmap) -> RandomWeights | None:
    """Draw the map that `attribute` gave for the same input and target again with random weights; see `randomised`.

    None for an imported network, whose weights cannot be randomised.
    """
    if needs_gradients(predictor.network):
        return None
    checked = randomised(predictor, array, target, heatmap.method, heatmap.values)
    return RandomWeights(checked.changes, *checked.correlations)
