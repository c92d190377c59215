"""Baselines without a network: the nearest picture's label, and a linear model on raw pixels, under each protocol.

A network that does not clearly beat these has shown little; a protocol under which a look-up of pixels reaches 99 %
measures memory. Nothing is chosen here, so each fold is fitted on its train and validation together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from fer_core.data import protocols
from fer_core.data.audit.near import grey
from fer_core.data.dataset import FaceDataset
from fer_core.data.folds import Fold, sequences, subjects
from fer_core.data.protocols import Protocol
from fer_core.evaluation.clustered import clustered

DRAWS = 20

Answer = Callable[[Fold], np.ndarray]


@dataclass(frozen=True)
class Baseline:
    """A baseline: `prepare` looks at all pictures once and answers fold by fold, without the labels of its test rows.

    is_instant: cheap enough to be tried on many draws of the folds.
    """

    title: str
    about: str
    prepare: Callable[[np.ndarray, np.ndarray], Answer]
    is_instant: bool = True


def pixels(images: np.ndarray) -> np.ndarray:
    """Pictures as rows of grey values 0..1, float64 (N, H * W)."""
    return grey(images).reshape(len(images), -1) / 255


def predict(answer: Answer, protocol: Protocol, n: int) -> np.ndarray:
    """Return the predicted class of each row that is tested in some fold, int64 (n,), -1 for the rest."""
    predicted = np.full(n, -1, np.int64)
    for fold in tqdm(protocol.folds, desc=protocol.title, unit="fold", leave=False, disable=None):
        predicted[fold.test] = answer(fold)
    return predicted


def score_all(dataset: FaceDataset, protocols_drawn: Sequence[Protocol]) -> list[dict[str, Any]]:
    """Score every method under every protocol: JSON values as `schema.Baseline` describes them.

    The intervals are over whole subjects: frames of one person are answered rightly or wrongly together.
    """
    x, entries = pixels(dataset.images), []
    for key, method in METHODS.items():
        answer = method.prepare(x, dataset.labels)
        for protocol in protocols_drawn:
            is_tested, is_right = _answers(dataset, answer, protocol)
            is_drawn_again = method.is_instant and len(protocol.folds) > 1
            entries.append(
                {
                    "protocol": protocol.name,
                    "method": key,
                    "title": method.title,
                    "about": method.about,
                    "n": len(is_right),
                    "accuracy": clustered(is_right, subjects(dataset)[is_tested]).as_dict(),
                    "draws": _draws(dataset, answer, protocol) if is_drawn_again else None,
                }
            )
    return entries


def _answers(dataset: FaceDataset, answer: Answer, protocol: Protocol) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are tested, bool (N,), and which of those are answered rightly, bool (tested,)."""
    predicted = predict(answer, protocol, len(dataset))
    is_tested = predicted >= 0
    return is_tested, predicted[is_tested] == dataset.labels[is_tested]


def _draws(dataset: FaceDataset, answer: Answer, protocol: Protocol) -> dict[str, Any]:
    """The same method when the folds fall otherwise."""
    others = [protocols.build(protocol.name, dataset, seed) for seed in range(DRAWS)]
    shares = [float(_answers(dataset, answer, other)[1].mean()) for other in others]
    return {"n": DRAWS, "low": min(shares), "median": float(np.median(shares)), "high": max(shares)}


def nearest_neighbours(dataset: FaceDataset) -> dict[str, int]:
    """Count the frames whose nearest other frame, in raw pixels, is of the same sequence, and of the same subject."""
    distance = _squared_distances(pixels(dataset.images))
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argmin(axis=1)
    return {
        "n": len(dataset),
        "same_sequence": int((sequences(dataset)[nearest] == sequences(dataset)).sum()),
        "same_subject": int((subjects(dataset)[nearest] == subjects(dataset)).sum()),
    }


def neighbours(dataset: FaceDataset, protocols_drawn: Sequence[Protocol]) -> list[dict[str, Any]]:
    """Say under each protocol whose picture a tested frame finds nearest, as `schema.Neighbours` describes it.

    It explains what a look-up of pixels scores: who finds a frame of the same sequence finds its label, and who finds
    the same person in another sequence mostly finds another expression.
    """
    distance, entries = _squared_distances(pixels(dataset.images)), []
    people, videos = subjects(dataset), sequences(dataset)
    for protocol in protocols_drawn:
        nearest = predict(_nearest(distance, np.arange(len(dataset))), protocol, len(dataset))
        tested = np.flatnonzero(nearest >= 0)
        kin = nearest[tested]
        is_same = people[kin] == people[tested]
        entries.append(
            {
                "protocol": protocol.name,
                "n": len(tested),
                "same_sequence": int((videos[kin] == videos[tested]).sum()),
                "same_subject": int(is_same.sum()),
                "other_face": int((is_same & (dataset.labels[kin] != dataset.labels[tested])).sum()),
            }
        )
    return entries


def _nearest_by_distance(x: np.ndarray, labels: np.ndarray) -> Answer:
    return _nearest(_squared_distances(x), labels)


def _nearest_by_correlation(x: np.ndarray, labels: np.ndarray) -> Answer:
    centred = x - x.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = centred / np.maximum(lengths, 1e-12)
    return _nearest(-unit @ unit.T, labels)


def _nearest(distance: np.ndarray, labels: np.ndarray) -> Answer:
    return lambda fold: labels[fold.fit][distance[np.ix_(fold.test, fold.fit)].argmin(axis=1)]


def _squared_distances(x: np.ndarray) -> np.ndarray:
    lengths = (x * x).sum(axis=1)
    return lengths[:, None] + lengths - 2 * x @ x.T


def _linear(x: np.ndarray, labels: np.ndarray) -> Answer:
    from sklearn.linear_model import LogisticRegression  # its import takes longer than painting the first page

    # N pictures span at most N directions. Turning the axes into those changes neither the penalty on the weights nor
    # the model, because the intercept is free; it only makes the fit several times faster.
    centred = x - x.mean(axis=0)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    turned = left * values

    def answer(fold: Fold) -> np.ndarray:
        model = LogisticRegression(C=1.0, max_iter=2_000).fit(turned[fold.fit], labels[fold.fit])
        return model.predict(turned[fold.test])

    return answer


METHODS: dict[str, Baseline] = {
    "nearest_pixels": Baseline(
        "Nearest picture", "1-nearest neighbour, Euclidean distance of raw pixels", _nearest_by_distance
    ),
    "nearest_correlation": Baseline(
        "Nearest picture, light removed",
        "1-nearest neighbour, correlation of pixels (each picture's mean and contrast removed)",
        _nearest_by_correlation,
    ),
    "logistic_pixels": Baseline(
        "Linear model", "logistic regression on raw pixels 0..1, L2 penalty with C = 1", _linear, False
    ),
}
