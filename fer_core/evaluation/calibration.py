"""Does a network know when it is wrong? Confidence against accuracy.

The confidence of an answer is its largest softmax probability. A network is calibrated if, of the faces it answers
with confidence 0.8, it gets 80 % right. Temperature scaling repairs most miscalibration without changing any answer:

    p = softmax(z / T),  T > 0      (Guo et al. 2017, arXiv:1706.04599, Eq. 9)

T is fitted on validation (`temperature`) and used on test; fitting it on the scored rows would be optimistic.
The answer is always the largest logit, so that no rounding in softmax can change it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.intervals import Estimate, mean, wilson

BINS = 15
CHANCE_DRAWS = 200  # simulated outcomes of a calibrated network, for the ece that arises by chance


@dataclass(frozen=True)
class Bin:
    """Faces of similar confidence.

    Attributes:
        n: faces; confidence: their mean confidence; lowest, highest: the range of it.
        accuracy: share answered right, with Wilson's interval (of the people on the faces, where they were given).
        band_low, band_high: where that share lies in 95 % of samples of this size if the network is calibrated.
    """

    n: int
    confidence: float
    lowest: float
    highest: float
    accuracy: Estimate
    band_low: float
    band_high: float

    @property
    def is_inside(self) -> bool:
        """Whether the share is one that a calibrated network would show."""
        return self.band_low <= (self.accuracy.value or 0.0) <= self.band_high


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram and its sums.

    Attributes:
        n: faces; bins: from the least to the most confident.
        ece: expected calibration error, 0..1.
        ece_if_calibrated: the mean ece that a calibrated network with these confidences shows by chance alone; an ece
            of this size is no finding. ece_if_calibrated_high: its 95 % quantile.
        overconfidence: mean confidence minus accuracy, -1..1.
    """

    n: int
    bins: tuple[Bin, ...]
    ece: float
    ece_if_calibrated: float
    ece_if_calibrated_high: float
    overconfidence: float


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return softmax(logits / temperature): (N, K) -> float64 (N, K), rows sum to 1.

    Raises:
        ConfigError: if the temperature is not above 0.
    """
    return np.exp(log_probabilities(logits, temperature))


def log_probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return log softmax(logits / temperature): (N, K) -> float64 (N, K); finite for finite logits.

    float64, because stored logits are float32: two that differ still differ after the division.
    """
    if not temperature > 0:
        raise ConfigError(f"a temperature of {temperature} is not valid; it must be above 0, and 1 changes nothing")
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))


def confidence(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the probability of each answer: (N, K) -> (N,)."""
    return probabilities(logits, temperature).max(axis=1)


def negative_log_likelihood(
    logits: np.ndarray, labels: np.ndarray, temperature: float = 1.0, clusters: np.ndarray | None = None
) -> Estimate:
    """Return the mean of -log p(label) in nats, 0 at best; log K is what a guess of equal probabilities gets.

    The interval draws whole people where `clusters` (N,) say who is on each face.
    """
    check_answers(logits, labels)
    return _mean(-log_probabilities(logits, temperature)[np.arange(len(labels)), labels], clusters)


def brier(
    logits: np.ndarray, labels: np.ndarray, temperature: float = 1.0, clusters: np.ndarray | None = None
) -> Estimate:
    """Return the mean of sum_k (p_k - 1[k = label])^2, 0..2, 0 at best      (Brier 1950, over all classes).

    Some libraries halve it for two classes; with K equal probabilities it is 1 - 1/K. `clusters` as above.
    """
    check_answers(logits, labels)
    wrong = probabilities(logits, temperature)
    wrong[np.arange(len(labels)), labels] -= 1
    return _mean((wrong**2).sum(axis=1), clusters)


def expected_calibration_error(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the ece of `reliability` alone, without bars and bands: quick, and no scipy.

    With fewer faces than BINS, each has a bin of its own. Raises DataError if logits and labels do not fit.
    """
    check_answers(logits, labels)
    confidences, is_right = confidence(logits), np.asarray(logits).argmax(axis=1) == labels
    return float(_ece(confidences, is_right[None], _equal_parts(confidences, min(BINS, len(confidences))))[0])


def reliability(
    logits: np.ndarray,
    labels: np.ndarray,
    temperature: float = 1.0,
    bins: int = BINS,
    clusters: np.ndarray | None = None,
) -> Reliability:
    """Return the reliability diagram in bins of equal numbers of faces.

    ece = sum_b n_b / n |accuracy_b - confidence_b|      (Guo et al. 2017, Eq. 3; bins of equal mass: Nguyen and
                                                          O'Connor 2015, arXiv:1508.05154)

    Bins of equal width leave most of a confident network's faces in one bin and noise in the rest. Faces are sorted
    by confidence (equals in the order given) and cut into parts whose sizes differ by one at most. The band is
    binomial at the bin's mean confidence, which is wider than needed if confidence varies within the bin.

    Where several faces show one person, bars and band count a bin's people instead of its faces, and chance makes all
    faces of a person fall together: right if they do, wider than needed otherwise, never too narrow.

    Args:
        clusters: (N,) who is on each face; None where faces count singly.

    Raises:
        DataError: if logits and labels do not fit.
        ConfigError: if bins is not 1..N or the temperature not above 0.
    """
    check_answers(logits, labels)
    if not 1 <= bins <= len(labels):
        raise ConfigError(f"{bins} bins cannot be filled by {len(labels)} faces; give 1 to {len(labels)}")
    confidences = confidence(logits, temperature)
    is_right = np.asarray(logits).argmax(axis=1) == labels
    parts = _equal_parts(confidences, bins)
    people = np.arange(len(labels)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    by_chance = _chance_ece(confidences, parts, people)
    return Reliability(
        n=len(labels),
        bins=tuple(_bin(confidences[part], is_right[part], len(np.unique(people[part]))) for part in parts),
        ece=float(_ece(confidences, is_right[None], parts)[0]),
        ece_if_calibrated=float(by_chance.mean()),
        ece_if_calibrated_high=float(np.quantile(by_chance, 0.95)),
        overconfidence=float(confidences.mean() - is_right.mean()),
    )


def _mean(values: np.ndarray, clusters: np.ndarray | None) -> Estimate:
    if clusters is None:
        return mean(values)
    from fer_core.evaluation.clustered import clustered  # most sets do not say who is seen

    return clustered(values, clusters)


def _equal_parts(confidences: np.ndarray, bins: int) -> list[np.ndarray]:
    """Return the places of the faces from the least to the most confident, in parts of equal numbers of faces."""
    return np.array_split(np.argsort(confidences, kind="stable"), bins)


def _bin(confidences: np.ndarray, is_right: np.ndarray, people: int) -> Bin:
    """Return a bin whose bar and band are those of as many independent faces as there are people."""
    from scipy.stats import binom  # slow to import, and the first page does not need it

    middle, share = float(confidences.mean()), float(is_right.mean())
    low, high = binom.ppf([0.025, 0.975], people, min(middle, 1.0)) / people
    hits = Estimate(share, *wilson(share * people, people))
    lowest, highest = float(confidences.min()), float(confidences.max())
    return Bin(len(confidences), middle, lowest, highest, hits, float(low), float(high))


def _ece(confidences: np.ndarray, is_right: np.ndarray, parts: list[np.ndarray]) -> np.ndarray:
    """Return the ece of several sets of outcomes (draws, N) for the same confidences (N,): (draws,)."""
    gaps = [np.abs(is_right[:, part].sum(axis=1) - confidences[part].sum()) for part in parts]
    return np.sum(gaps, axis=0) / len(confidences)


def _chance_ece(confidences: np.ndarray, parts: list[np.ndarray], people: np.ndarray) -> np.ndarray:
    drawn = np.random.default_rng(0).random((CHANCE_DRAWS, people.max() + 1))
    return _ece(confidences, drawn[:, people] < confidences, parts)


def check_answers(logits: np.ndarray, labels: np.ndarray) -> None:
    """Raise DataError unless logits (N, K) and labels (N,), 0..K-1, answer to the same faces, N >= 1."""
    shape = np.shape(logits)
    if len(shape) != 2 or np.shape(labels) != shape[:1] or shape[0] == 0:
        raise DataError(
            f"logits of shape {shape} and labels of shape {np.shape(labels)} do not fit; need (N, K) and (N,), N >= 1"
        )
    if np.min(labels) < 0 or np.max(labels) >= shape[1]:
        raise DataError(
            f"labels run from {np.min(labels)} to {np.max(labels)}; with {shape[1]} columns they must lie in "
            f"0..{shape[1] - 1}"
        )
