"""The measures of maps in words, and the baseline maps, which no network enters. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BLOB = 0.25  # standard deviation of the centred blob, of the side
DRAWS = 3  # random maps, whose scores are averaged: a single one is noise


@dataclass(frozen=True)
class Measure:
    """Description of a measure; `is_low_good` is None where neither end is good by itself."""

    name: str
    title: str
    is_low_good: bool | None
    about: str


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "deletion",
            "Deletion",
            True,
            "Mean probability of the expression while the strongest pixels are painted grey; a good map makes it fall "
            "soon (Petsiuk et al. 2018).",
        ),
        Measure(
            "insertion",
            "Insertion",
            False,
            "Mean probability of the expression while the strongest pixels return to a blurred face; a good map makes "
            "it rise soon (Petsiuk et al. 2018).",
        ),
        Measure(
            "infidelity",
            "Infidelity",
            True,
            "Share of the logit's changes under grey squares that the map does not account for, at its best scale "
            "(Yeh et al. 2019); 1 accounts for nothing.",
        ),
        Measure(
            "sensitivity",
            "Sensitivity",
            None,
            "Largest relative change of the map when no pixel changes by more than about a grey level (Yeh et al. "
            "2019). A map that ignores the face has 0.",
        ),
    )
}


@dataclass(frozen=True)
class Baseline:
    """A map that never saw the network: `draw(array (C, H, W), seed)` gives (H, W) float32, none negative."""

    name: str
    title: str
    draw: Callable[[np.ndarray, int], np.ndarray]
    draws: int = 1


def _random(array: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(array.shape[1:], dtype=np.float32)


def _edges(array: np.ndarray, seed: int) -> np.ndarray:
    """Length of the brightness gradient, by central differences."""
    down, across = np.gradient(array.mean(axis=0))
    return np.hypot(down, across).astype(np.float32)


def _blob(array: np.ndarray, seed: int) -> np.ndarray:
    """exp(-d^2 / 2 s^2), d the distance from the middle."""
    height, width = array.shape[1:]
    down = np.arange(height)[:, None] - (height - 1) / 2
    across = np.arange(width)[None] - (width - 1) / 2
    reach = BLOB * min(height, width)
    return np.exp(-(np.square(down) + np.square(across)) / (2 * reach**2)).astype(np.float32)


BASELINES: dict[str, Baseline] = {
    baseline.name: baseline
    for baseline in (
        Baseline("random", "random map", _random, draws=DRAWS),
        Baseline("edges", "edge map", _edges),
        Baseline("blob", "centred blob", _blob),
    )
}


@dataclass(frozen=True)
class Score:
    """One measure of one map, with the same of the baselines as (title, value).

    `is_low_good` is None where neither end is good by itself.
    """

    measure: str
    title: str
    value: float
    baselines: tuple[tuple[str, float], ...]
    is_low_good: bool | None

    def beats(self, other: float) -> bool:
        """Whether the map does better than a value of the same measure."""
        return self.value < other if self.is_low_good else self.value > other

    @property
    def beats_all(self) -> bool:
        """Whether the map does better than every baseline."""
        return all(self.beats(value) for _, value in self.baselines)


@dataclass(frozen=True)
class RandomWeights:
    """Whether a map changes with the weights: its rank correlations with those of half and of all layers random."""

    changes: bool
    half: float
    all: float


def scored(measure: str, value: float, of_baseline: Callable[[str], float]) -> Score:
    """A measure of a map (a key of MEASURES) with what `of_baseline` gives for each key of BASELINES beside it."""
    about = MEASURES[measure]
    others = tuple((baseline.title, of_baseline(baseline.name)) for baseline in BASELINES.values())
    return Score(measure, about.title, value, others, about.is_low_good)
