"""Sentences, orders and sums of the pages that judge."""

from __future__ import annotations

import csv
import importlib
from dataclasses import replace

import numpy as np
import pytest
from support.app_driver import spaced
from support.views import SHARE, pairs, reliability, risk, row, votes

from dashboard.pages.calibration.text import abstaining, calibrated, human_agreement_summary
from dashboard.pages.evidence.csv import ledger_csv
from dashboard.pages.evidence.text import claims_summary, worked
from dashboard.pages.overview.csv import leaderboard_csv
from dashboard.pages.overview.ranking import how_made, lanes, least_difference, ordered, real_differences
from dashboard.pages.paired.data import comparable
from dashboard.pages.paired.text import paired
from dashboard.store.logits import SplitLogits, with_ends
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView
from fer_core.checkpoints import StoredLogits
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.seeds import over_seeds
from fer_core.evidence.claim_checks import check
from fer_core.evidence.ledger import read_ledger

standings = importlib.import_module("dashboard.pages.overview.data")  # the package exports a function of that name


def standing(name: str, accuracy: float, ece: float | None = 0.1) -> LeaderboardRowView:
    return LeaderboardRowView(row(name, accuracy), SHARE, 2, ece, 3.0, over_seeds([accuracy]))


def leaderboard(ties: tuple[tuple[str, ...], ...] = (), least: float | None = 0.014) -> LeaderboardView:
    rows = (standing("a", 0.8), standing("b", 0.7, None), standing("c", 0.6, 0.05))
    return LeaderboardView(rows, {}, ties, 3589, 3, 1, 0.18, least, 0.017, (), None)


def names(rows: list[LeaderboardRowView]) -> list[str]:
    return [one.checkpoint.network.name for one in rows]


def test_the_leaderboard_puts_what_is_not_known_last():
    assert names(ordered(leaderboard(), "accuracy")) == ["a", "b", "c"]
    assert names(ordered(leaderboard(), "ece")) == ["c", "a", "b"]


def test_overlapping_ties_take_a_lane_each():
    tie = tuple(f"{name}.fer2013-s0" for name in "abc")
    found = leaderboard(ties=(tie[:2], tie[1:]))
    pieces = lanes(found, ordered(found, "accuracy"), "accuracy")
    kinds = [[piece and piece[0] for piece in line] for line in pieces]
    assert kinds == [["start", None], ["end", "start"], [None, "end"]]
    assert pieces[0][0][1] == "Too close to call: A, B"


def test_brackets_belong_to_the_order_of_accuracy():
    found = leaderboard(ties=(("a.fer2013-s0", "b.fer2013-s0"),))
    assert lanes(found, ordered(found, "ece"), "ece") == [(), (), ()]


def test_paired_tests_open_with_the_papers_networks_then_with_those_best_on_validation():
    rows = [
        replace(row(name, accuracy), validation_accuracy=validation)
        for name, accuracy, validation in (("a", 0.9, 0.5), ("b", 0.5, 0.9), ("paper", 0.4, 0.4))
    ]
    assert comparable(rows, {"paper"}) == ["paper.fer2013-s0", "b.fer2013-s0", "a.fer2013-s0"]
    many = [replace(rows[0], name=f"a{i}.fer2013-s0") for i in range(9)]
    assert len(comparable([*many, rows[2]], {"paper"})) == 8
    assert comparable([*many, rows[2]], {"paper"})[0] == "paper.fer2013-s0"


CALLED = {f"{name}.fer2013-s0": name.upper() for name in "abc"}


@pytest.mark.parametrize(
    ("distinct", "ties", "expected"),
    [
        (3, ("a", "b", "c"), "All 3 differences between two of them are real."),
        (2, ("ab", "c"), "Of 3 differences 2 are real; too close to call: A and B."),
        (1, ("ab", "bc"), "Of 3 differences 1 is real; too close to call: A and B; B and C."),
        (0, ("abc",), "Of 3 differences none is real; too close to call: A, B and C."),
    ],
)
def test_the_leaderboard_says_which_differences_are_real(distinct, ties, expected):
    groups = tuple(tuple(f"{name}.fer2013-s0" for name in tie) for tie in ties)
    assert real_differences(replace(leaderboard(groups), distinct=distinct), CALLED) == expected


def test_two_networks_differ_or_not_and_one_does_not():
    two = replace(leaderboard(), pairs=1)
    assert real_differences(two, CALLED) == "The difference between the two is real."
    assert real_differences(replace(two, distinct=0), CALLED) == "The two are too close to call."
    assert real_differences(replace(two, pairs=0), CALLED) == ""


def test_a_name_with_a_seed_stays_one_name_in_a_list():
    found = replace(leaderboard((tuple(CALLED)[:2],)), distinct=2)
    sentence = real_differences(found, {**CALLED, "a.fer2013-s0": "A, seed 1"})
    assert sentence.endswith("too close to call: A (seed 1) and B.")


def test_many_ties_are_left_to_the_brackets():
    groups = tuple((f"{i}", f"{i + 1}") for i in range(5))
    assert "brackets join the 5 groups" in real_differences(leaderboard(groups), {})


def test_whole_people_change_what_brackets_and_intervals_mean():
    assert "exact McNemar test" in how_made(leaderboard())
    people = how_made(replace(leaderboard(), subjects=118))
    assert "sign-flip test clustered by subject" in people
    assert "bootstrap of 118 whole people" in people and "Wilson" not in people


def test_seeds_are_those_of_one_training():
    rows = [row("a", accuracy) for accuracy in (0.70, 0.68, 0.60)]
    rows = [replace(one, name=f"a-{place}", seed=str(place)) for place, one in enumerate(rows)]
    trainings = {"a-0": "same", "a-1": "same", "a-2": "another"}
    found = standings._seeds(rows, trainings)
    assert (found["a-0"].n, found["a-1"].mean) == (2, pytest.approx(0.69))
    assert found["a-0"].deviation == pytest.approx(0.02 / 2**0.5)
    assert (found["a-2"].n, found["a-2"].deviation) == (1, None)


def test_a_seed_run_twice_counts_once():
    rows = [replace(row("a", accuracy), name=name, seed="0") for name, accuracy in (("x", 0.7), ("y", 0.6))]
    found = standings._seeds(rows, {"x": "same", "y": "same"})["x"]
    assert (found.n, found.mean, found.deviation) == (1, pytest.approx(0.65), None)


def test_the_least_difference_is_said_for_one_pair_and_for_all():
    sentence = spaced(least_difference(leaderboard()))
    assert "18 % of the 3,589 faces are right with one only" in sentence
    assert "1.4 points to be more than luck at 5 %, and 1.7 points when all 3 pairs are tested together." in sentence


def test_too_few_discordant_faces_are_said():
    assert "too few to show any difference" in least_difference(leaderboard(least=None))
    assert least_difference(replace(leaderboard(), discordance=None)) == ""


def test_paired_names_the_largest_group_of_ties():
    called = {one.name: one.network.title for one in pairs().checkpoints}
    sentence = paired(pairs(), called)
    assert sentence.startswith("**2 of 3 pairs** can be told apart on these 10 faces")
    assert "without a real difference: Lightexnet and A_Mobilenet." in sentence


def test_one_pair_within_chance_is_not_ranked():
    found = replace(pairs(), pairs=pairs().pairs[:1])
    called = {one.name: one.network.title for one in found.checkpoints}
    assert "cannot be told apart: 10.0 points" in spaced(paired(found, called))


def test_calibration_is_not_blamed_for_chance():
    assert "is calibrated on FER2013 PrivateTest, as far as these faces" in calibrated(reliability(0.04), None)


def test_calibration_says_which_way_it_is_off():
    sentence = spaced(calibrated(reliability(0.1), reliability(0.03)))
    assert "is overconfident on FER2013 PrivateTest by 4.0 points: its ECE is 10.0 %" in sentence
    assert "A temperature of 1.50, fitted on the validation split, brings it to 3.0 %" in sentence
    under = replace(reliability(0.1), overconfidence=-0.02)
    assert "underconfident" in calibrated(under, None)


def test_abstaining_says_what_is_gained_or_why_nothing_is():
    assert "from a confidence of 0.80 on, it answers 60.0 % ± 10.0 of the faces" in spaced(abstaining(risk()))
    refused = replace(risk(), threshold=None, reason="no threshold keeps it")
    assert abstaining(refused) == "No threshold keeps it."
    assert "answers no face" in abstaining(replace(risk(), chosen_risk=None))


def test_people_are_the_yardstick():
    assert "one of the ten people agrees with the others 80 %" in spaced(human_agreement_summary(votes()))
    assert "as often as one of them does" in human_agreement_summary(replace(votes(), person=SHARE))


@pytest.mark.parametrize(
    ("kind", "parts", "printed", "written"),
    [
        ("count", [3589], "68.62", "2,463 / 3,589 = 68.626 %"),
        ("count", [99], "89.82", "no whole k: 88 / 99 = 88.889 %, 89 / 99 = 89.899 %"),
        ("share", [95, 99], "95.96", "100 × 95 / 99 = 95.96"),
        ("reach", [99], "1", "1 % of all two-decimal percentages are some k / 99"),
        ("sum", [12271, 3068], "15539", "12,271 + 3,068 = 15,339"),
        ("difference", [68.62, 67.9], "0.72", "68.62 − 67.9 = 0.72"),
        ("reduction", [3.26, 20.1], "83.8", "100 × (1 − 3.26 / 20.1) = 83.8"),
        ("float32_mib", [262144], "1.00", "4 × 262,144 / 2²⁰ = 1.00 MiB"),
        ("torchsummary_mib", [0, 65536, 131072], "1.00", "4 × (0 + 2 × 65,536 + 131,072) / 2²⁰ = 1.00 MiB"),
    ],
)
def test_arithmetic_is_written_out(kind, parts, printed, written):
    assert spaced(worked(check("", kind, parts, printed))) == written


def test_evidence_counts_claims_inside_the_interval():
    one = next(entry for entry in read_ledger().rows if entry.measured and entry.accuracy)
    inside = replace(one, claimed=f"{100 * one.measured[0].accuracy.value:.2f}")
    sentence = claims_summary([inside, replace(inside, claimed="99.00")], [], "FER2013")
    assert "Of **2 numbers** on FER2013, 2 were measured here." in sentence
    assert "Of 2 claims that were measured, 1 lie" in sentence


def test_the_leaderboards_file_has_all_its_numbers():
    lines = leaderboard_csv(leaderboard().rows).decode().splitlines()
    first = next(csv.DictReader(lines))
    assert (first["accuracy"], first["ece"], first["n_leaked"]) == ("0.8", "0.1", "2")
    assert first["accuracy_without_leaks"] == "0.7"


def test_the_ledgers_file_keeps_claims_as_printed():
    rows = read_ledger().rows
    found = list(csv.DictReader(ledger_csv(rows).decode().splitlines()))
    assert [one["claimed_percent"] for one in found] == [one.claimed or "" for one in rows]


@pytest.fixture
def answered(monkeypatch) -> StoredLogits:
    """200 faces, answered at random, under the name of a side."""
    random = np.random.default_rng(0)
    stored = StoredLogits(random.normal(size=(200, 7)), random.integers(0, 7, 200), np.arange(1000, 1200))
    monkeypatch.setattr(standings, "logits_of", lambda side: stored)
    return stored


def test_leaked_rows_are_left_out(answered):
    right = answered.logits.argmax(axis=1) == answered.labels
    clean, n_leaked = standings._clean(SplitLogits("here", "PrivateTest", "clean"), (1000, 1001, 5))
    assert n_leaked == 2  # row 5 is of another split
    assert clean.value == pytest.approx(right[2:].mean())


def test_without_an_audit_nothing_is_left_out(answered):
    assert standings._clean(SplitLogits("here", "PrivateTest", "none"), ()) == (None, 0)


def test_an_interval_without_ends_is_its_value():
    assert with_ends(Estimate(0.5, None, None)) == Estimate(0.5, 0.5, 0.5)
    assert with_ends(Estimate(None, None, None)) is None
