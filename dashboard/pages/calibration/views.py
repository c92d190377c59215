"""Rows about a network's confidence: reliability, abstention, confident errors, and people's votes.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.comparisons import ConfidentErrorsView
    from fer_core.evaluation.calibration import Bin
    from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True)
class ReliabilityView:
    """A reliability diagram with its sums, at one temperature.

    `ece_by_chance` is the 95 % quantile of what a calibrated network with these confidences would show; an `ece` below
    it is no finding. `overconfidence` is mean confidence minus accuracy. `brier` is 0..2, `log_loss` in nats.
    """

    checkpoint: CheckpointView
    temperature: float
    bins: tuple[Bin, ...]
    ece: float
    ece_by_chance: float
    overconfidence: float
    brier: Estimate
    log_loss: Estimate


@dataclass(frozen=True)
class RiskView:
    """Risk over coverage, from the most confident faces to all, and a threshold chosen on validation and judged here.

    `coverage` and `risk` are the curve. `threshold` is None, and with it the rest, where no threshold kept the risk on
    the validation split; `reason` says so.
    """

    checkpoint: CheckpointView
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    wanted: float
    threshold: float | None
    chosen_coverage: Estimate | None
    chosen_risk: Estimate | None
    reason: str


@dataclass(frozen=True)
class EntropyView:
    """Faces on which people agree about equally: words for it, how many, the network's accuracy among them."""

    words: str
    n: int
    accuracy: Estimate | None


@dataclass(frozen=True)
class VotesView:
    """A network beside ten annotators, on the `n` faces with at least one vote for an expression.

    `agrees` is the mean share of the votes that its answers get, `person` how often one annotator says what most of
    the others say, `network` how often the network says what most annotators say, `kl_bits` the mean distance of its
    probabilities from the votes. `split` are faces it is sure of while people split.
    """

    checkpoint: CheckpointView
    n: int
    network: Estimate
    person: Estimate
    agrees: Estimate
    kl_bits: Estimate
    by_entropy: tuple[EntropyView, ...]
    split: tuple[ConfidentErrorsView, ...]
