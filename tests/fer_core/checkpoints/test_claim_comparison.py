"""A claim beside our number: an interval against an interval, or why not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from support.paths import PROJECT

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.claim_comparison import beside, claim_sentence
from fer_core.evaluation import proportion
from fer_core.evaluation.intervals import Estimate, unpaired_difference
from fer_core.evaluation.seeds import estimate_over_seeds
from fer_core.evidence.claims import claim_for
from fer_core.records import ShareEstimate

CLAIM = claim_for("i_mobilenet_v2", "fer2013")  # 68.62 % of 3,589, 350 epochs from random weights, 48 px
K = 2500


def card(n: int = 3589, epochs: int = 350, size: int = 48, protocol=None, **settings) -> SimpleNamespace:
    """What `beside` reads of a card; as the paper trains unless changed."""
    made = SimpleNamespace(
        headline_split="PrivateTest",
        headline_scores=SimpleNamespace(n=n, accuracy=ShareEstimate(**proportion(min(K, n), n).as_dict())),
        training=SimpleNamespace(epochs=epochs, settings=settings),
        input=SimpleNamespace(size_px=size),
        data=SimpleNamespace(title="FER2013"),
        protocol=protocol,
    )
    made.scored_on = Card.scored_on.fget(made)
    return made


def test_an_unpaired_difference_by_hand():
    one, other = Estimate(0.6, 0.5, 0.8), Estimate(0.5, 0.46, 0.53)
    found = unpaired_difference(one, other)
    assert found.value == pytest.approx(0.1)
    assert (found.low, found.high) == pytest.approx((0.1 - (0.1**2 + 0.03**2) ** 0.5, 0.1 + (0.2**2 + 0.04**2) ** 0.5))


def test_equal_conditions_are_compared_interval_against_interval():
    found = beside([card()], CLAIM)
    assert found.reasons == ()
    assert found.claimed == CLAIM.estimate
    assert found.difference == unpaired_difference(proportion(K, 3589), CLAIM.estimate)
    assert claim_sentence(found) == "+1.0 points against Zhu et al. 2024's 68.62 % (95 % interval −1.1 to +3.2)."


def test_seeds_are_one_measurement_of_a_claim():
    one, other = card(), card()
    other.headline_scores.accuracy = ShareEstimate(**proportion(K - 100, 3589).as_dict())
    found = beside([one, other], CLAIM)
    assert found.ours.value == pytest.approx((K - 50) / 3589)
    assert found.ours == estimate_over_seeds([proportion(K, 3589), proportion(K - 100, 3589)])


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (card(epochs=16), "our training of it, 16 of the paper's 350 epochs"),
        (card(n=3000), "it tested on 3,589 faces (PrivateTest), ours on 3,000 (FER2013 PrivateTest)"),
        (
            card(protocol=SimpleNamespace(title="FER2013, de-duplicated")),
            "it tested on 3,589 faces (PrivateTest), ours on 3,589 (FER2013, de-duplicated)",
        ),
        (card(init_from="a.ferplus-s0"), "the paper starts from random weights, ours from a.ferplus-s0"),
        (card(init_from="imagenet"), "the paper starts from random weights, ours from ImageNet weights"),
        (card(teacher="dense.fer2013-s0"), "ours learned from dense.fer2013-s0, too"),
        (card(teacher="votes"), "ours learned from the annotators' votes, too"),
        (card(size=96), "the paper's input is 48 px, ours 96 px"),
    ],
)
def test_what_keeps_two_numbers_from_being_compared(other, reason):
    found = beside([other], CLAIM)
    assert (found.reasons, found.difference) == ((reason,), None)
    assert claim_sentence(found) == f"Not comparable with Zhu et al. 2024's 68.62 %: {reason}."


@pytest.mark.parametrize(
    ("other", "deciding"),
    [
        (card(), ""),
        (card(size=96, teacher="votes"), "ours had a teacher"),
        (card(epochs=16, init_from="imagenet"), "16 of 350 epochs"),
        (card(n=3000, epochs=16), "other test faces"),
    ],
)
def test_faces_decide_before_the_schedule_and_the_schedule_before_the_rest(other, deciding):
    assert beside([other], CLAIM).deciding == deciding


def test_what_a_paper_leaves_open_is_a_reason():
    found = beside([card()], claim_for("lightexnet", "fer2013"))
    assert found.reasons == ("the paper leaves open on which faces it tested", "the paper does not state its schedule")
    assert found.claimed is None
    started = beside([card(init_from="x.fer2013-s0")], replace(CLAIM, start=None))
    assert started.reasons == ("the paper starts from weights that it does not state, ours from x.fer2013-s0",)


def test_no_shipped_checkpoint_is_passed_off_as_a_measurement_of_its_claim():
    """All are short trainings, and those on CK+ are tested on unseen people, where the paper has 99 images."""
    found = {
        one.name: beside([one], claim)
        for one in checkpoints.list_checkpoints(PROJECT / "checkpoints")
        if (claim := claim_for(one.network.name, one.data.name))
    }
    assert found and all(one.reasons and one.difference is None for one in found.values())
    assert any("99 faces" in reason for reason in found["i_mobilenet_v2.ckplus-subject-cpu-tuned-s0"].reasons)
