"""One verdict for a pair of networks, the same on every page: better, worse, equivalent or not resolved.

That a test does not reject never means that two networks are equal: equality is shown by two one-sided tests
(Schuirmann 1987), which ask whether the difference lies within a margin.

All of a verdict follows from the pair's own answers and the question's family of m pairs: alpha is divided by m
(Bonferroni), so that intervals hold together and no other network's answers change a verdict. Faces that count singly
get the interval of Agresti and Min (`paired.difference`), wider by half a face at both ends; p is that interval's own
test, McNemar's with continuity correction, so that the interval excludes 0 exactly where p is significant. Faces of the
same people, and several seeds, get a standard error (`measured_difference`) and Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.answers import Answers, check_same_faces
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.measured_difference import MeasuredDifference, mean_discordance, measured_difference
from fer_core.evaluation.paired import ALPHA
from fer_core.evaluation.power import detectable_difference, detectable_with_error, equivalence_power
from fer_core.evaluation.question import Question

MARGIN = 0.01  # one point of accuracy


class Verdict(StrEnum):
    """What is known of the first network against the second."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_RESOLVED = "not resolved"


@dataclass(frozen=True)
class PairVerdict:
    """What is known of `one` against `other` under a question; accuracies and differences are fractions, -1..1.

    Attributes:
        verdict: about the first; better or worse even where the difference surely lies within the margin.
        n: faces; groups: people among them, None where faces count singly; seeds: trainings of each.
        difference: accuracy of `one` minus `other`, means over seeds, with an interval that holds for all pairs of the
            question together at 95 %.
        p: of no difference, for this pair alone; p_adjusted: times the question's family, at most 1.
        equivalence: the same difference with the interval of two one-sided tests (90 % for a single pair): the two are
            equivalent if it lies within the margin; p_equivalence: adjusted likewise.
        margin: the largest difference that counts as none.
        discordance: share of the faces that exactly one has right, over all pairs of their seeds.
        detectable: the true difference that these faces show four times in five, at this discordance and family; None
            where they show none that often.
        equivalence_power: how often equally good networks would be found equivalent here, 0..1.
    """

    one: str
    other: str
    question: Question
    verdict: Verdict
    n: int
    groups: int | None
    seeds: tuple[int, int]
    difference: Estimate
    p: float
    p_adjusted: float
    equivalence: Estimate
    p_equivalence: float
    margin: float
    discordance: float
    detectable: float | None
    equivalence_power: float

    @property
    def is_one_seed(self) -> bool:
        """Whether one of the two was trained once only: then nothing follows about the design behind it."""
        return min(self.seeds) == 1

    @property
    def is_within_margin(self) -> bool:
        """Whether the difference surely lies within the margin, proven or not."""
        return self.p_equivalence < ALPHA


def pair_verdict(one: Answers, other: Answers, question: Question, margin: float = MARGIN) -> PairVerdict:
    """Judge two networks on the faces that both answered; with the names exchanged, the same is said of the other.

    Args:
        question: what is asked, which fixes the family; it must be about both.
        margin: the largest difference of accuracy that counts as none, a fraction.

    Raises:
        ConfigError: if the question is not about this pair, or the margin is not between 0 and 1.
        DataError: if the two answered to other faces, or all faces are of one person.
    """
    question.check_asks(one.name, other.name)
    check_same_faces(one, other)
    if not 0 < margin < 1:
        raise ConfigError(f"a margin of {margin} is no fraction between 0 and 1; give one, such as 0.01 for one point")
    measured = measured_difference(one, other)
    share, discordance = ALPHA / question.family_size, mean_discordance(one, other)
    p, p_equivalence = measured.p, measured.p_beyond(margin)
    together = [min(1.0, question.family_size * each) for each in (p, p_equivalence)]
    return PairVerdict(
        one=one.name,
        other=other.name,
        question=question,
        verdict=_verdict(measured.middle, *together),
        n=len(one.labels),
        groups=None if one.clusters is None else len(np.unique(one.clusters)),
        seeds=(one.seeds, other.seeds),
        difference=measured.interval(share / 2, measured.step),
        p=p,
        p_adjusted=together[0],
        equivalence=measured.interval(share),
        p_equivalence=together[1],
        margin=margin,
        discordance=discordance,
        detectable=_detectable(measured, len(one.labels), discordance, share),
        equivalence_power=equivalence_power(measured.error, margin, share),
    )


def _detectable(measured: MeasuredDifference, n: int, discordance: float, alpha: float) -> float | None:
    if measured.freedom != inf:
        return detectable_with_error(measured.error, measured.quantile(alpha / 2))
    try:
        return detectable_difference(n, discordance, alpha=alpha) if discordance else None
    except DataError:  # they differ on so few faces that not even all of them one way would do
        return None


def _verdict(middle: float, p: float, p_equivalence: float) -> Verdict:
    if p < ALPHA:
        return Verdict.BETTER if middle > 0 else Verdict.WORSE
    return Verdict.EQUIVALENT if p_equivalence < ALPHA else Verdict.NOT_RESOLVED
