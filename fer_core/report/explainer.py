"""Loaded networks, asked about one face: answers, maps and scores, computed at every call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image

from fer_core import models
from fer_core.explain.attention_maps import Attention, native_attention
from fer_core.explain.attribution import attribute
from fer_core.explain.faithfulness import Case, judge, of_baseline
from fer_core.explain.heatmap import Heatmap
from fer_core.explain.metrics import RandomWeights, Score, scored
from fer_core.explain.sanity_checks import randomised
from fer_core.inference.model_state import Loaded
from fer_core.inference.predictor import Predictor
from fer_core.report.explanations import NetworkInfo


class Networks:
    """The `findings.Answers` of networks on one crop.

    Args:
        predictors: their names are their cards'.
        crop: the face as `sight.crop` cuts it.
    """

    def __init__(self, predictors: Sequence[Predictor], crop: Image.Image):
        self._crop = crop
        self._predictors = {one.card.name: one for one in predictors}
        self._inputs = {name: one.to_input(crop) for name, one in self._predictors.items()}
        self._drawn: dict[tuple[str, str, str], Heatmap] = {}  # a map is asked for again by each of its scores
        self._of_baseline = cache(self._baseline)  # the same for all methods

    def who(self, name: str) -> NetworkInfo:
        """How a figure names a checkpoint."""
        card = self._predictors[name].card
        entry = models.entry(card.network.name)
        return NetworkInfo(name, entry.title, entry.family, card.data.title, card.weights.sha256, card.expressions)

    def probabilities(self, name: str) -> tuple[float, ...]:
        """See `Predictor.predict`."""
        return tuple(float(p) for p in self._predictors[name].predict(self._crop).probabilities)

    def attention(self, name: str) -> list[Attention]:
        """See `native_attention`."""
        return native_attention(self._predictors[name], self._inputs[name])

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        """See `attribute`; drawn once. Raises ConfigError."""
        if (name, expression, method) not in self._drawn:
            self._drawn[name, expression, method] = attribute(*self._which(name, expression), method)
        return self._drawn[name, expression, method]

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        """One measure of a map, beside the same of the baselines."""
        which, values = self._which(name, expression), self.heatmap(name, expression, method).values
        value = score_of_map(*which, method, values, measure)
        return scored(measure, value, lambda baseline: self._of_baseline(name, expression, baseline, measure))

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights:
        """What random weights make of a map."""
        values = self.heatmap(name, expression, method).values
        return with_random_weights(*self._which(name, expression), method, values)

    def _baseline(self, name: str, expression: str, baseline: str, measure: str) -> float:
        return of_baseline(*self._which(name, expression), baseline, measure)

    def _which(self, name: str, expression: str) -> tuple[Predictor, np.ndarray, int]:
        predictor = self._predictors[name]
        return predictor, self._inputs[name], predictor.card.expressions.index(expression)


def score_of_map(
    predictor: Loaded, array: np.ndarray, target: int, method: str, values: np.ndarray, measure: str
) -> float:
    """Take one measure of the map `values` (H, W) that `attribute` gave for the same arguments; see `judge`."""

    def draw(other: np.ndarray) -> np.ndarray:
        return attribute(predictor, other, target, method).values

    return judge(predictor, Case(array, target, values, draw), measure)


def with_random_weights(
    predictor: Loaded, array: np.ndarray, target: int, method: str, values: np.ndarray
) -> RandomWeights:
    """Draw the map `values` again with random weights; see `randomised`."""
    found = randomised(predictor, array, target, method, values)
    return RandomWeights(found.changes, *found.correlations)
