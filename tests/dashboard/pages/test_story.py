"""The guided story on invented facts: short sentences that follow the numbers, and figures that show the same ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.views import cost, network, pairs, row

from dashboard.pages.report.story import story_items
from dashboard.pages.report.story_charts import claim_dots, effect_dots
from dashboard.pages.report.story_text import holds_sentence, leaks_sentence, parts_sentence, take_sentence
from dashboard.pages.report.views import PaperView, StoryView
from dashboard.plotting.theme import LIGHT
from dashboard.views.ablations import AblationRow
from dashboard.views.checkpoints import BesideClaimView, CheckpointView
from dashboard.views.claims import ClaimRowView
from dashboard.views.leak_effects import LeakEffectView
from fer_core.checkpoints.leak_effect import LeakEffect
from fer_core.evaluation.intervals import Estimate

SMALL, LARGE = replace(row("lightexnet", 0.6), params=900_000), row("a_mobilenet", 0.7)


def paper(gap: Estimate | None, ours: CheckpointView | None = SMALL) -> PaperView:
    claim = ClaimRowView(
        "FER2013",
        "69.17",
        "test",
        "a paper",
        "",
        ours,
        ours and ours.accuracy,
        1,
        () if gap else ("another schedule",),
        gap,
        "" if gap else "another schedule",
    )
    return PaperView(network(), "Nan et al. 2022", claim)


BELOW, ABOVE, EVEN = Estimate(-0.05, -0.08, -0.02), Estimate(0.05, 0.02, 0.08), Estimate(0.0, -0.02, 0.02)


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ([None, None], "None of the two trainings"),
        ([BELOW, None], "Of two claims measured here, one below the printed number within its interval; one repeat"),
        ([BELOW, EVEN, ABOVE, ABOVE], "two above, one consistent and one below"),
    ],
)
def test_what_holds_counts_only_trainings_that_repeat_the_papers_conditions(gaps, said):
    assert said in holds_sentence([paper(gap) for gap in gaps])


def test_nothing_holds_before_anything_is_trained():
    assert "was trained here" in holds_sentence([paper(None, None)])


def step(difference: Estimate | None = None, seeds: int = 3) -> AblationRow:
    found = pairs().pairs[0]
    verdict = replace(found.verdict, seeds=(seeds, seeds), difference=difference or found.verdict.difference)
    judged = replace(found, verdict=verdict)
    return AblationRow(
        network(), 1, network(), "se: off → on", 1, 1, None, None, BesideClaimView(), None, judged, "", None, "", "fer"
    )


def test_single_seeds_are_counted_and_conclude_nothing():
    said = parts_sentence([step(seeds=1), step(seeds=1)], "FER2013")
    assert said == "Of two changes tested on FER2013, none is shown to help; two rest on one seed."


def leak(gain: float) -> LeakEffectView:
    clean, whole = Estimate(0.6 - gain, 0.5, 0.7), Estimate(0.6, 0.5, 0.7)
    found = Estimate(gain, 0.0, 2 * gain)
    effect = LeakEffect("x", "PrivateTest", ("Training",), "exact", 3589, 288, whole, clean, whole, found)
    return LeakEffectView(SMALL, effect)


def test_what_leaks_is_counted_and_priced():
    said = leaks_sentence([leak(0.013), leak(0.012)])
    assert said.startswith("288 of the 3,589 test faces") and "+1.2 to +1.3 points" in said


def story(**known: object) -> StoryView:
    nothing = StoryView("FER2013", (), (), (), (), (), None, (), (), (), None, None)
    return replace(nothing, **known)


@pytest.mark.parametrize(
    ("small", "best", "said"),
    [
        (SMALL, LARGE, "take Lightexnet (60.0 % ± 10.0, 0.90 M); without a limit, A_Mobilenet (70.0 % ± 10.0, 3.0 M)"),
        (SMALL, SMALL, "also among networks of at most one million"),
        (None, LARGE, "none of at most one million parameters was trained here"),
    ],
)
def test_which_to_take_names_the_small_and_the_best_with_score_and_size(small, best, said):
    assert said in take_sentence(story(small=small, best=best)).replace("\u00a0", " ")


def test_a_step_of_which_nothing_is_known_is_left_out_and_each_other_has_a_figure_and_a_short_sentence():
    assert story_items(story(), "made", "") == []
    whole = story(
        costs=(cost(),), papers=(paper(BELOW), paper(None)), runs=(SMALL,), parts=(step(),), leaks=(leak(0.01),),
        prices=(),
        placed=(LARGE, SMALL), small=SMALL, best=LARGE,
    )  # fmt: skip
    items = story_items(whole, "made", "http://x/?step=")
    assert [one.caption for one in items] == [
        "Three papers", "What they claim", "What holds", "What each part adds", "What leaks", "Which to take",
    ]  # fmt: skip
    assert [one.address for one in items] == [f"http://x/?step={place}" for place in range(1, 7)]
    for one in items:
        assert 5 < len(one.sentence.split()) <= 40 and one.made == "made"
    assert items[-1].faces == ("FER2013 PrivateTest, n\u00a0=\u00a010",)


def test_claims_are_drawn_hollow_and_measurements_filled_at_their_numbers():
    claimed, measured = (claim_dots([paper(None)], shown, palette=LIGHT) for shown in (False, True))
    assert [trace.x for trace in claimed.figure.data] == [(69.17,)]
    assert [trace.x for trace in measured.figure.data] == [(69.17,), (60.0,)]
    assert [trace.marker.symbol for trace in measured.figure.data] == ["circle-open", "circle"]
    assert (measured.table[0]["claimed_percent"], measured.table[0]["n"]) == ("69.17", 10)


def test_effects_are_drawn_in_points_with_intervals_and_hollow_on_one_seed():
    chart = effect_dots([step(Estimate(0.02, 0.01, 0.04)), step(seeds=1)], palette=LIGHT)
    _, first, second = chart.figure.data
    assert first.x == (2.0,) and first.error_x.array == pytest.approx((2.0,))
    assert first.error_x.arrayminus == pytest.approx((1.0,))
    assert (first.marker.symbol, second.marker.symbol) == ("circle", "circle-open")
