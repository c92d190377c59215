"""Networks beside the people who labelled: FER+ has ten votes a face, and people do not agree either.

Three kinds of numbers, all without a data set at hand but its votes:
    the network against the distribution of the votes   kl_bits, vote_share
    the network where people agree and where they split  entropy_bits, accuracy_by_entropy
    people against each other                            agreement_with_the_rest

Votes come as `shares` (N, K), the distribution over expressions that `FaceDataset.votes` holds (single votes dropped),
or as `counts` (N, J), the raw ballots with their columns for unknown and no face. Columns are matched by name: a
network trained on FER2013 has seven expressions and cannot say contempt; `on_common` cuts the votes down to what it can
say and tells how much was cut.
Bits: 0 is agreement of all, 1 two equal camps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core.errors import DataError
from fer_core.evaluation.calibration import log_probabilities
from fer_core.evaluation.intervals import Estimate, proportion
from fer_core.evaluation.selective import CONFIDENT

# Of ten votes without single ones: all agree; 8 : 2 and clearer; two camps up to 5 : 5; beyond, three or more.
EDGES = (0.0, 0.8, 1.0)
SPLIT_BITS = 1.0  # from two equal camps on people split


@dataclass(frozen=True)
class EntropyBin:
    """Faces whose votes have an entropy of more than `above` and up to `up_to` bits; accuracy among these n faces."""

    above: float
    up_to: float
    n: int
    accuracy: Estimate


@dataclass(frozen=True, eq=False)
class CommonVotes:
    """Votes on the expressions that a network knows.

    Attributes:
        shares: (M, K) in the network's order, rows sum to 1.
        voted: (M,) positions of these rows among the N given; the others had no vote left.
        lost: mean share of the N faces' votes that went to expressions the network does not know, 0..1.
    """

    shares: np.ndarray
    voted: np.ndarray
    lost: float


def on_common(shares: np.ndarray, names: Sequence[str], expressions: Sequence[str]) -> CommonVotes:
    """Cut votes down to the expressions that a network knows, in its order, and share out again what is left.

    Without this a seven-expression network would be infinitely far from every face with one vote for contempt.

    Args:
        shares: (N, J) vote shares; names: their J expressions.
        expressions: the network's; those without a column get no votes.

    Raises:
        DataError: if no expression is common or no face has a vote left.
    """
    shares = np.asarray(shares, dtype=np.float64)
    if not set(names) & set(expressions):
        raise DataError(
            f"votes on {', '.join(names)} and a network for {', '.join(expressions)} have nothing in common"
        )
    columns = {name: shares[:, place] for place, name in enumerate(names)}
    common = np.stack([columns.get(name, np.zeros(len(shares))) for name in expressions], axis=1)
    left = common.sum(axis=1)
    voted = np.flatnonzero(left > 0)
    if voted.size == 0:
        raise DataError(f"none of {len(shares)} faces has a vote for {', '.join(expressions)}")
    return CommonVotes(common[voted] / left[voted, None], voted, float((shares.sum(axis=1) - left).mean()))


def entropy_bits(shares: np.ndarray) -> np.ndarray:
    """Return -sum v log2 v for vote shares: (N, K) -> (N,), 0..log2 K; 0 log 0 is 0, a face without votes is nan."""
    shares = np.asarray(shares, dtype=np.float64)
    # abs: an agreement of all would come out as -0.
    entropy = np.abs((shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1))
    return np.where(shares.sum(axis=1) > 0, entropy, np.nan)


def kl_bits(shares: np.ndarray, logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return how far each answer is from the votes: sum_k v_k log2(v_k / p_k), (N, K) and (N, K) -> (N,), >= 0.

    KL(votes || network), Kullback and Leibler 1951: bits lost by who takes the network's word for the vote. Zero only
    where the two are equal, nan for a face without votes. Never infinite: logarithms of a softmax are finite.

    Raises:
        DataError: if the shapes differ.
    """
    if np.shape(shares) != np.shape(logits):
        raise DataError(
            f"votes of shape {np.shape(shares)} and logits of shape {np.shape(logits)} do not fit; match their columns "
            "by name first (on_common)"
        )
    crossed = -(shares * log_probabilities(logits, temperature)).sum(axis=1) / np.log(2)
    return np.maximum(0.0, crossed - entropy_bits(shares))


def vote_share(shares: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the share of the votes that agree with each answer, (N,); its mean is the soft accuracy."""
    return np.asarray(shares, dtype=np.float64)[np.arange(len(predicted)), predicted]


def accuracy_by_entropy(is_right: np.ndarray, entropy: np.ndarray) -> tuple[EntropyBin, ...]:
    """Return accuracy where people agree and where they split, in bins that end at EDGES.

    The first bin holds the faces on which everybody agrees. Faces without votes (nan) are in none. The bins cannot hold
    equal numbers of faces: three in five of FER+'s test faces have entropy 0.

    Raises:
        DataError: if the shapes differ.
    """
    if np.shape(is_right) != np.shape(entropy):
        raise DataError(
            f"answers of shape {np.shape(is_right)} and entropies of shape {np.shape(entropy)} do not fit; need one of "
            "each a face"
        )
    is_voted = ~np.isnan(entropy)
    is_right, entropy = is_right[is_voted], entropy[is_voted]
    place = np.searchsorted(np.asarray(EDGES), entropy - 1e-9)  # a hair: 1 bit belongs to "up to 1"
    bounds = [-np.inf, *EDGES, np.inf]
    return tuple(
        EntropyBin(bounds[i], bounds[i + 1], int((place == i).sum()), _share(is_right[place == i]))
        for i in range(len(bounds) - 1)
    )


def agreement_with_the_rest(counts: np.ndarray) -> np.ndarray:
    """Return how often one annotator says what most of the others say: int (N, J) -> (N,).

    Each annotator in turn is judged by the plurality of the rest, a tie of t counting 1/t. This is what accuracy is for
    a network, so it is the line to draw beside one. (Asking whether an annotator agrees with a majority that his own
    vote helped to make would flatter.) nan with fewer than two votes.
    """
    counts = np.asarray(counts, dtype=np.int64)
    n, size = counts.shape
    credit = np.zeros(n)
    for j in range(size):
        rest = counts.copy()
        rest[:, j] -= 1
        most = rest.max(axis=1)
        credit += counts[:, j] * (rest[:, j] == most) / (rest == most[:, None]).sum(axis=1)
    total = counts.sum(axis=1)
    return np.divide(credit, total, out=np.full(n, np.nan), where=total > 1)


def is_split(entropy: np.ndarray) -> np.ndarray:
    """Return whether people split over each face, bool (N,): an entropy of SPLIT_BITS or more; nan is no split."""
    return np.asarray(entropy) >= SPLIT_BITS - 1e-9


def confident_while_split(confidence: np.ndarray, entropy: np.ndarray) -> np.ndarray:
    """Return the positions of faces answered with at least CONFIDENT while people split, the most divided first."""
    positions = np.flatnonzero((confidence >= CONFIDENT) & is_split(entropy))
    return positions[np.argsort(-entropy[positions], kind="stable")]


def _share(is_right: np.ndarray) -> Estimate:
    return proportion(int(is_right.sum()), len(is_right))
