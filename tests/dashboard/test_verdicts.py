"""Sentences, orders and sums of the pages that judge."""

from __future__ import annotations

import csv
import importlib
from dataclasses import replace

import numpy as np
import pytest
from support.app_driver import spaced
from support.views import SHARE, judged, pairs, reliability, risk, row, votes

from dashboard.formatting import estimate
from dashboard.pages.calibration.text import abstaining, calibrated, human_agreement_summary
from dashboard.pages.evidence.csv import ledger_csv
from dashboard.pages.evidence.text import claims_summary, worked
from dashboard.pages.overview.csv import leaderboard_csv
from dashboard.pages.overview.ranking import MOST_WITH_BARS, how_made, ordered, standing_out
from dashboard.pages.overview.text import overview, preferred
from dashboard.pages.paired.data import most_promising
from dashboard.pages.paired.text import paired
from dashboard.store.logits import SplitLogits, with_ends
from dashboard.views.checkpoints import BesideClaimView, CheckpointView
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView, PairView
from fer_core.checkpoints import StoredLogits
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.question import leader_against_each
from fer_core.evaluation.seeds import over_seeds
from fer_core.evaluation.verdict_sentence import power_sentence, verdict_sentence
from fer_core.evidence.claim_checks import check
from fer_core.evidence.ledger import read_ledger

standings = importlib.import_module("dashboard.pages.overview.data")  # the package exports a function of that name


def standing(name: str, accuracy: float, ece: float | None = 0.1, lead: PairView | None = None) -> LeaderboardRowView:
    return LeaderboardRowView(
        row(name, accuracy), SHARE, 2, ece, 3.0, over_seeds([accuracy]), lead, "", BesideClaimView()
    )


def leads(*counts: tuple[int, int], seeds: int = 1) -> tuple[PairView, ...]:
    """Verdicts on "a" against others, from the faces that only one of the two has right."""
    others = [row(name) for name in "bcdefg"[: len(counts)]]
    question = leader_against_each({row("a").name: 1.0, **{one.name: 0.5 for one in others}})
    return tuple(judged(row("a"), one, b, c, question, seeds) for one, (b, c) in zip(others, counts, strict=True))


def leaderboard(found: tuple[PairView, ...] = (), others: int = 0, times: dict | None = None) -> LeaderboardView:
    rows = (standing("a", 0.8), standing("b", 0.7, None), standing("c", 0.6, 0.05))
    return LeaderboardView(rows, rows[0].checkpoint, found, others, times or {}, (), None)


def names(rows: list[LeaderboardRowView]) -> list[str]:
    return [one.checkpoint.network.name for one in rows]


def test_the_leaderboard_puts_what_is_not_known_last():
    assert names(ordered(leaderboard(), "accuracy")) == ["a", "b", "c"]
    assert names(ordered(leaderboard(), "ece")) == ["c", "a", "b"]


def test_of_many_networks_the_chart_names_the_front_and_one_a_family():
    def one(name: str, family: str, params: int = 1) -> CheckpointView:
        view = row(name)
        return replace(view, network=replace(view.network, family=family), params=params)

    rows = [one("x-large", "x", 9), one("x-small", "x", 3), one("y-se", "y"), one("y", "y"), one("y-best", "y")]
    assert standing_out(rows, rows[4:]) is None  # few enough for all
    many = [*rows, *(one(f"y-{number}", "y") for number in range(MOST_WITH_BARS))]
    assert standing_out(many, rows[4:]) == {one(name, "").name for name in ("x-small", "y", "y-best")}


def test_paired_tests_open_with_the_papers_networks_then_with_those_best_on_validation():
    rows = [
        replace(row(name, accuracy), validation_accuracy=validation)
        for name, accuracy, validation in (("a", 0.9, 0.5), ("b", 0.5, 0.9), ("paper", 0.4, 0.4))
    ]
    assert most_promising(rows, {"paper"}) == ["paper.fer2013-s0", "b.fer2013-s0", "a.fer2013-s0"]
    many = [replace(rows[0], name=f"a{i}.fer2013-s0") for i in range(9)]
    assert len(most_promising([*many, rows[2]], {"paper"})) == 8
    assert most_promising([*many, rows[2]], {"paper"})[0] == "paper.fer2013-s0"


def test_the_leaderboard_counts_what_is_known_of_the_leader():
    found = leaderboard(leads((60, 10), (12, 8), (11, 8), (10, 60)), others=2)
    sentence = spaced(overview(found, "macs"))
    assert "Of 5 networks trained alike, **A** is best on validation faces, with 80.0 % ± 10.0 on FER2013." in sentence
    assert "It is better than 1 and worse than 1; 2 are not resolved." in sentence
    assert sentence.endswith("2 trained otherwise are not ranked.")


def test_a_pair_that_was_trained_otherwise_is_counted_as_not_ranked():
    (lead,) = leads((60, 10))
    found = leaderboard((replace(lead, unequal="epochs 5 against 9"),))
    assert "The other is not ranked." in overview(found, "macs")


def test_without_a_network_trained_alike_nobody_is_ranked():
    assert "so it is ranked against none of 3." in overview(leaderboard(others=3), "macs")
    assert overview(leaderboard(), "macs").endswith("there is nothing to compare it with yet.")


def test_a_cheaper_network_is_named_with_its_time_unless_it_is_worse():
    def cheap(macs: int, counts: tuple[int, int]) -> LeaderboardView:
        (lead,) = leads(counts)
        lead = replace(lead, other=replace(lead.other, macs=macs))
        return leaderboard((lead,), times={row("a").name: 7.0, row("b").name: 6.7})

    named = "**B** (not resolved) needs 20 % of its multiply-adds, 6.7 ms against 7.0 ms."
    assert named in spaced(overview(cheap(2_000_000, (12, 8)), "macs"))
    assert "needs" not in overview(cheap(2_000_000, (60, 10)), "macs")
    assert "needs" not in overview(cheap(9_900_000, (12, 8)), "macs")  # 99 % is no saving
    assert "time not measured" in overview(replace(cheap(2_000_000, (12, 8)), times={}), "macs")


def test_what_the_faces_could_show_is_said_with_the_seeds():
    single = power_sentence([lead.verdict for lead in leads((12, 8), (60, 10))])
    assert single.startswith("100 faces show a true difference of ")
    assert "(median of 2 pairs). One seed: no conclusion about the design." in single
    mixed = [leads((12, 8))[0].verdict, leads((12, 8), seeds=3)[0].verdict]
    assert power_sentence(mixed).endswith(" 1 of 2 pairs: one seed: no conclusion about the design.")
    assert power_sentence([]) == ""


def test_whole_people_change_what_intervals_mean():
    assert "Wilson" in how_made(leaderboard())
    people = how_made(replace(leaderboard(), subjects=118))
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


def test_all_pairs_are_counted_by_their_verdict():
    called = {one.name: one.network.title for one in pairs().checkpoints}
    sentence = paired(pairs(), called)
    assert sentence.startswith("Of **3 pairs**, all tested together, 2 have a better one and 1 is not resolved.")
    first, *rest = pairs().pairs
    unfair = replace(pairs(), pairs=(replace(first, unequal="epochs 5 against 9"), *rest))
    assert "and 1 was trained otherwise and is not ranked." in paired(unfair, called)


def test_one_pair_gets_the_sentence_of_its_verdict():
    found = replace(pairs(), pairs=(judged(row("lightexnet"), row("a_mobilenet"), 12, 8),))
    called = {one.name: one.network.title for one in found.checkpoints}
    pair = found.pairs[0]
    assert paired(found, called) == verdict_sentence(pair.verdict, "**Lightexnet**", "**A_Mobilenet**")
    assert pair.alone == pytest.approx((12, 8))


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
    assert "Of 2 claims whose published weights were scored here, 1 lie" in sentence


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


def test_what_validation_prefers_of_all_is_named_where_it_is_not_the_leader_of_those_trained_alike():
    small, best, leader = (row(name, score) for name, score in (("a", 0.6), ("b", 0.7), ("c", 0.5)))
    said = spaced(preferred(small, best, leader))
    assert all(f"{one.network.title}** ({spaced(estimate(one.accuracy))})" in said for one in (small, best))
    assert said.index(best.network.title) < said.index(small.network.title)
    assert preferred(small, best, best) == ""
    assert "1 M" not in preferred(None, best, leader) and "1 M" not in preferred(best, best, leader)
