"""A network that may say "I do not know": the risk it runs on the faces it answers, and how many those are.

    coverage = faces answered / all faces,   risk = wrong answers / faces answered

A face is answered if its confidence reaches a threshold. The threshold is chosen on validation and judged on test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.intervals import Estimate, proportion

CONFIDENT = 0.9  # from this confidence on a wrong answer is a confident one


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """A point for each threshold that can be told from the next, from the strictest to answering all n faces.

    Attributes:
        threshold: confidence that is just enough, (M,) falling; answered, wrong: faces, int (M,).
        aurc: area under the risk-coverage curve: the mean risk over the n faces, each at its own confidence's
            threshold (Geifman et al. 2019, arXiv:1805.08206). Lower is better.
        best_aurc: what an order that puts all right answers first reaches; aurc - best_aurc is the order's fault.
    """

    n: int
    threshold: np.ndarray
    answered: np.ndarray
    wrong: np.ndarray
    aurc: float
    best_aurc: float

    @property
    def coverage(self) -> np.ndarray:
        """Share of the faces answered, (M,)."""
        return self.answered / self.n

    @property
    def risk(self) -> np.ndarray:
        """Share of the answers that are wrong, (M,)."""
        return self.wrong / self.answered


@dataclass(frozen=True)
class Abstention:
    """What a threshold does to a set of faces: how many it answers and how many of those answers are wrong.

    Both with Wilson's interval, or that of whole people where those were given; risk is unknown (None) if nothing is
    answered.
    """

    threshold: float
    n: int
    answered: int
    coverage: Estimate
    risk: Estimate


def risk_coverage(confidence: np.ndarray, is_right: np.ndarray) -> RiskCoverage:
    """Return the risk-coverage curve.

    Faces of equal confidence are answered together, as no threshold can part them; so their order does not matter.

    Args:
        confidence: (N,), larger is surer; is_right: bool (N,).

    Raises:
        DataError: if the two do not fit or there is no face.
    """
    _check(confidence, is_right)
    levels, place = np.unique(-np.asarray(confidence, dtype=float), return_inverse=True)
    count = np.bincount(place)
    answered = np.cumsum(count)
    wrong = np.cumsum(np.bincount(place, weights=~is_right)).round().astype(np.int64)
    n = len(is_right)
    ranks = np.arange(1, n + 1)
    misses = np.maximum(0, ranks - int(is_right.sum()))
    return RiskCoverage(
        n=n,
        threshold=-levels,
        answered=answered,
        wrong=wrong,
        aurc=float((wrong / answered * count).sum() / n),
        best_aurc=float((misses / ranks).mean()),
    )


def threshold_for_risk(curve: RiskCoverage, risk: float) -> float:
    """Return the threshold that answers the most faces at no more than this risk.

    The risk need not fall with each step of the threshold; among all steps that keep it, the last is taken.

    Raises:
        ConfigError: if risk is not in 0..1.
        DataError: if no threshold keeps it.
    """
    _check_share("risk", risk)
    allowed = np.flatnonzero(curve.wrong <= risk * curve.answered)
    if allowed.size == 0:
        raise DataError(
            f"no threshold keeps the risk at {risk:.1%}; the least on these {curve.n:,} faces is "
            f"{curve.risk.min():.1%}, so allow at least that"
        )
    return float(curve.threshold[allowed[-1]])


def abstain(
    confidence: np.ndarray, is_right: np.ndarray, threshold: float, clusters: np.ndarray | None = None
) -> Abstention:
    """Return what a threshold, chosen elsewhere, does here: faces with confidence >= threshold are answered.

    Args:
        clusters: (N,) who is on each face, where several faces show one person; None where faces count singly.
    """
    _check(confidence, is_right)
    is_answered = np.asarray(confidence) >= threshold
    n, answered = len(is_right), int(is_answered.sum())
    if clusters is None:
        wrong = int((is_answered & ~is_right).sum())
        return Abstention(float(threshold), n, answered, proportion(answered, n), proportion(wrong, answered))
    from fer_core.evaluation.clustered import clustered  # most sets do not say who is seen

    risk = clustered(~is_right[is_answered], clusters[is_answered])
    return Abstention(float(threshold), n, answered, clustered(is_answered, clusters), risk)


def confident_but_wrong(confidence: np.ndarray, is_right: np.ndarray, at_least: float = CONFIDENT) -> np.ndarray:
    """Return the positions of wrong answers with at least this confidence, the most confident first."""
    _check(confidence, is_right)
    positions = np.flatnonzero(~is_right & (confidence >= at_least))
    return positions[np.argsort(-confidence[positions], kind="stable")]


def _check(confidence: np.ndarray, is_right: np.ndarray) -> None:
    if np.ndim(confidence) != 1 or np.shape(confidence) != np.shape(is_right) or len(confidence) == 0:
        raise DataError(
            f"confidences of shape {np.shape(confidence)} and answers of shape {np.shape(is_right)} do not fit; need "
            "one of each for at least one face"
        )


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ConfigError(f"a {name} of {value} is not valid; give a fraction between 0 and 1")
