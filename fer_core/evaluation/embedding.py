"""Features of faces: how compact each expression is, how far apart expressions are, and a plane to plot.

Center loss promises small distances within an expression; whether it delivers them, and whether expressions also move
apart, is measured here on the penultimate features (the ones that center loss sees).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True)
class Spread:
    """Mean distances of features, in the features' own unit, and their ratio, which has none.

    within: from a face to the center of its expression. between: from one expression's center to another's.
    ratio: within / between; smaller is more compact, and only this can be compared between networks.
    """

    within: Estimate
    between: Estimate
    ratio: Estimate

    def as_dict(self) -> dict[str, dict[str, float | None]]:
        """Return the JSON object that `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, dict[str, float | None]]) -> Spread:
        """Rebuild a spread from `as_dict`."""
        return cls(**{name: Estimate(**estimate) for name, estimate in values.items()})


def spread(features: np.ndarray, labels: np.ndarray, draws: int = 200, seed: int = 0) -> Spread:
    """Distances within and between expressions, with 95 % bootstrap intervals over faces, drawn within expressions.

    Args:
        features: (N, D). labels: (N,), at least two expressions of at least two faces.

    Raises:
        DataError: if there are fewer.
    """
    features = np.asarray(features, np.float64)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if len(groups) < 2 or min(map(len, groups)) < 2:
        raise DataError(
            f"{len(groups)} expressions with {min(map(len, groups), default=0)} faces or more have no spread"
        )
    rng = np.random.default_rng(seed)
    drawn = [_distances(features, [rng.choice(g, len(g)) for g in groups]) for _ in range(draws)]
    values = np.array(_distances(features, groups))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Spread(*(Estimate(float(v), float(a), float(b)) for v, a, b in zip(values, low, high, strict=True)))


def _distances(features: np.ndarray, groups: list[np.ndarray]) -> tuple[float, float, float]:
    centers = np.stack([features[rows].mean(axis=0) for rows in groups])
    within = np.concatenate(
        [np.linalg.norm(features[rows] - center, axis=1) for rows, center in zip(groups, centers, strict=True)]
    ).mean()
    first, second = np.triu_indices(len(centers), 1)
    between = np.linalg.norm(centers[first] - centers[second], axis=1).mean()
    return within, between, within / between


def principal_components(features: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates (N, size) on the directions of largest variance, and each one's share of the variance (size,).

    A direction's sign is free; it is chosen so that the largest loading is positive, which repeats everywhere.
    """
    centered = np.asarray(features, np.float64) - np.mean(features, axis=0)
    u, s, vt = np.linalg.svd(centered, full_matrices=False)
    sign = np.sign(vt[np.arange(len(vt)), np.abs(vt).argmax(axis=1)])
    return (u * s * sign)[:, :size], (s**2 / (s**2).sum())[:size]


def stratified(labels: np.ndarray, n: int) -> np.ndarray:
    """Positions of about n rows, sorted, each expression in its share of `labels`, and at least two of it."""
    rng = np.random.default_rng(0)
    chosen = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        size = min(len(rows), max(2, round(n * len(rows) / len(labels))))
        chosen.append(rng.permutation(rows)[:size])
    return np.sort(np.concatenate(chosen))


def balanced_sample(labels: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Positions of about n rows, sorted, equally many of each expression; all of one that has fewer."""
    rng = np.random.default_rng(seed)
    names = np.unique(labels)
    size = max(1, round(n / max(1, len(names))))
    return np.sort(np.concatenate([rng.permutation(np.flatnonzero(labels == name))[:size] for name in names]))
