"""Views with numbers that can be told apart, as pages pass them to charts and tables."""

from __future__ import annotations

import numpy as np

from dashboard.pages.calibration.views import EntropyView, ReliabilityView, RiskView, VotesView
from dashboard.views.checkpoints import (
    CheckpointView,
    ClaimView,
    ClassView,
    CostView,
    DifferenceView,
    LatencyView,
    MatrixView,
    NetworkView,
    StageView,
)
from dashboard.views.comparisons import PairsView, PairView
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.calibration import Bin
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.question import Question, all_pairs, two_networks
from fer_core.evaluation.verdict import pair_verdict

EXPRESSIONS = ("happy", "sad")
SHARE = Estimate(0.7, 0.6, 0.8)


def network(name: str = "lightexnet", variant: int = 0) -> NetworkView:
    return NetworkView(name, name.title(), name, variant)


def row(
    name: str = "lightexnet", accuracy: float = 0.7, macs: int = 10_000_000, claimed: bool = True
) -> CheckpointView:
    claim = ClaimView(0.75, "fer2013", "PrivateTest", "a paper", "", 3_000_000, 40_000_000) if claimed else None
    value = Estimate(accuracy, accuracy - 0.1, accuracy + 0.1)
    return CheckpointView(
        f"{name}.fer2013-s0", network(name), "fer2013", "FER2013", "0", 3_000_000, macs, 48, "PrivateTest", 10,
        value, value, claim, "", "", weights="float16",
    )  # fmt: skip


def matrix() -> MatrixView:
    per_class = tuple(ClassView(name, 5, SHARE, SHARE, SHARE) for name in EXPRESSIONS)
    return MatrixView(row(), EXPRESSIONS, ((4, 1), (3, 2)), per_class)


def cost(latency: bool = True) -> CostView:
    late = LatencyView(5.0, 4.0, 7.0, "Measured on a test.") if latency else None
    return CostView(
        network(),
        48,
        3_000_000,
        10_000_000,
        late,
        (StageView("Stem", 1, 2, "features.0"), StageView("Head", 3, 4, "head")),
    )


def difference() -> DifferenceView:
    return DifferenceView(
        row(), row("a_mobilenet"), EXPRESSIONS, 10, ((0.2, -0.2), (0.1, -0.1)), ((1, -1), (1, -1)),
        ((True, False), (False, False)), ((0.1, -0.3), (None, None)),
        ((0.3, -0.1), (None, None)),
    )  # fmt: skip


def judged(
    one: CheckpointView, other: CheckpointView, b: int, c: int, question: Question | None = None, seeds: int = 1
) -> PairView:
    """A verdict on 100 faces, of which `b` only the first and `c` only the second has right."""
    right = np.zeros((2, 100), dtype=int)
    right[0, :b] = right[1, b : b + c] = 1
    labels, rows = np.ones(100, dtype=int), np.arange(100)
    sides = (
        Answers(row.name, labels, rows, np.tile(said, (seeds, 1)))
        for row, said in zip((one, other), right, strict=True)
    )
    return PairView(one, other, pair_verdict(*sides, question or two_networks(one.name, other.name)), "")


def pairs() -> PairsView:
    rows = (row("lightexnet", 0.8), row("a_mobilenet", 0.7), row("x", 0.5))
    question = all_pairs([one.name for one in rows])
    counts = ((0, 1, 12, 8), (0, 2, 60, 10), (1, 2, 55, 12))
    found = (judged(rows[i], rows[j], b, c, question) for i, j, b, c in counts)
    return PairsView(rows, 100, tuple(found), (), None)


def reliability(ece: float = 0.1) -> ReliabilityView:
    bins = (Bin(5, 0.5, 0.4, 0.6, SHARE, 0.3, 0.8), Bin(5, 0.9, 0.8, 1.0, SHARE, 0.75, 1.0))
    return ReliabilityView(row(), 1.5, bins, ece, 0.05, 0.04, Estimate(0.4, 0.3, 0.5), Estimate(1.0, 0.9, 1.1))


def risk() -> RiskView:
    return RiskView(row(), (0.5, 1.0), (0.1, 0.3), 0.2, 0.8, Estimate(0.6, 0.5, 0.7), Estimate(0.15, 0.1, 0.2), "")


def votes() -> VotesView:
    groups = (EntropyView("all agree", 8, SHARE), EntropyView("two camps", 0, None))
    return VotesView(row(), 10, SHARE, Estimate(0.8, 0.7, 0.9), SHARE, Estimate(1.0, 0.8, 1.2), groups, ())
