"""A paper's claim beside a checkpoint of ours: an interval against an interval, or why the two cannot be compared.

A training that is shorter than the paper's, starts elsewhere or is tested on other faces is no measurement of the
claim. No torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fer_core.checkpoints.card import Card
from fer_core.evaluation.intervals import Estimate, unpaired_difference
from fer_core.evaluation.seeds import estimate_over_seeds
from fer_core.evaluation.verdict_sentence import signed
from fer_core.evidence.claims import Claim

STARTS = {"": "random weights", "imagenet": "ImageNet weights"}  # a recipe's `init_from` in the words of a claim
TEACHERS = {"votes": "the annotators' votes"}


@dataclass(frozen=True)
class ClaimComparison:
    """What a training, one checkpoint a seed, says about its paper's claim.

    Attributes:
        reasons: why the two are not comparable, the weightiest first; () if they are.
        deciding: the first of them in four words or so; "" if there is none.
        ours: accuracy on the checkpoints' headline split, the mean of their seeds.
        claimed: the claim as a share of its own faces, None where their number is not known.
        difference: ours minus claimed with a 95 % interval, None unless comparable.
    """

    claim: Claim
    reasons: tuple[str, ...]
    deciding: str
    ours: Estimate
    claimed: Estimate | None
    difference: Estimate | None


def beside(seeds: Sequence[Card], claim: Claim) -> ClaimComparison:
    """Compare checkpoints that differ by their seed only with a claim of their own network and data set.

    Which faces the paper's network had right is not known, so the two cannot be paired.
    """
    ours = estimate_over_seeds([Estimate.from_dict(card.headline_scores.accuracy.known()) for card in seeds])
    keyed_reasons, claimed = list(_reasons(seeds[0], claim)), claim.estimate
    reasons = tuple(sentence for _, sentence in keyed_reasons)
    deciding = keyed_reasons[0][0] if keyed_reasons else ""
    difference = unpaired_difference(ours, claimed) if claimed and not reasons else None
    return ClaimComparison(claim, reasons, deciding, ours, claimed, difference)


def claim_sentence(comparison: ClaimComparison) -> str:
    """Say how a training stands beside its paper's claim: a difference with its interval, or why there is none."""
    printed = f"{comparison.claim.paper.short}'s {comparison.claim.printed} %"
    if comparison.reasons or comparison.difference is None:
        return f"Not comparable with {printed}: {'; '.join(comparison.reasons)}."
    value, low, high = map(signed, comparison.difference.numbers())
    return f"{value} points against {printed} (95 % interval {low} to {high})."


def _reasons(card: Card, claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield (in four words, as a sentence): faces weigh more than the schedule, which weighs more than the rest."""
    settings, n = card.training.settings, card.headline_scores.n
    if claim.n is None:
        yield "test faces not stated", "the paper leaves open on which faces it tested"
    elif claim.n != n or card.protocol:
        yield "other test faces", f"it tested on {claim.n:,} faces ({claim.split}), ours on {n:,} ({card.scored_on})"
    epochs = card.training.epochs
    if claim.epochs is None:
        yield "schedule not stated", "the paper does not state its schedule"
    elif epochs < claim.epochs:
        short = f"{epochs} of {claim.epochs} epochs"
        yield short, f"our training of it, {epochs} of the paper's {claim.epochs} epochs"
    start = settings.get("init_from") or ""
    start = STARTS.get(start, start)
    if start != (claim.start or STARTS[""]):
        stated = claim.start or "weights that it does not state"
        yield "other starting weights", f"the paper starts from {stated}, ours from {start}"
    if settings.get("teacher"):
        yield "ours had a teacher", f"ours learned from {TEACHERS.get(settings['teacher'], settings['teacher'])}, too"
    size = card.input.size_px
    if claim.size_px not in (None, size):
        yield "other input size", f"the paper's input is {claim.size_px} px, ours {size} px"
