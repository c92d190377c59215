"""One verdict a pair: by hand, by simulation, and the same whoever asks."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from fer_core.checkpoints import StoredLogits
from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.paired import difference, mcnemar
from fer_core.evaluation.power import detectable_difference, detectable_with_error, equivalence_power
from fer_core.evaluation.question import (
    Question,
    QuestionKind,
    ablation_steps,
    all_pairs,
    leader_against_each,
    two_networks,
)
from fer_core.evaluation.verdict import Verdict, pair_verdict
from fer_core.evaluation.verdict_sentence import verdict_sentence

N = 3589  # FER2013's PrivateTest
AB = two_networks("a", "b")


def answers(name: str, is_right: np.ndarray, clusters: np.ndarray | None = None) -> Answers:
    """A network that is right where told; is_right (N,) or (S, N)."""
    said = np.where(np.atleast_2d(is_right), 0, 1)
    n = said.shape[1]
    return Answers(name, np.zeros(n, int), np.arange(n), said, clusters)


def split(b: int, c: int, n: int) -> tuple[Answers, Answers]:
    """Two networks: b faces that only the first has right, c that only the second has; half of the rest is right."""
    place = np.arange(n)
    both = place >= n - (n - b - c) // 2
    return answers("a", (place < b) | both), answers("b", ((b <= place) & (place < b + c)) | both)


def sampled(random: np.random.Generator, n: int, true: float, discordance: float) -> tuple[Answers, Answers]:
    """Two networks with a true difference, each face drawn on its own."""
    b, c, _ = random.multinomial(n, [(discordance + true) / 2, (discordance - true) / 2, 1 - discordance])
    return split(b, c, n)


# ----------------------------------------------------------------------------------------------- families


def test_the_question_fixes_the_family():
    networks = [f"n{i}" for i in range(6)]
    assert AB.family_size == 1
    assert leader_against_each(dict.fromkeys(networks, 0.6)).family_size == 5
    assert all_pairs(networks).family_size == 15
    assert ablation_steps([("se", "base"), ("rfm", "base"), ("full", "se")]).family_size == 3


def test_the_leader_is_who_validation_prefers():
    question = leader_against_each({"a": 0.6, "b": 0.7, "c": 0.65})
    assert (question.leader, question.pairs) == ("b", {frozenset("ab"), frozenset("bc")})


def test_a_pair_outside_the_question_is_refused():
    one, other = split(60, 40, 200)
    with pytest.raises(ConfigError, match="a against b is none of the 1 pairs of this question .* names both"):
        pair_verdict(one, other, two_networks("a", "c"))


@pytest.mark.parametrize("make", [lambda: all_pairs(["a"]), lambda: two_networks("a", "a"), lambda: ablation_steps([])])
def test_a_question_needs_two_networks(make):
    with pytest.raises(ConfigError, match="needs at least two different networks"):
        make()


def test_a_larger_family_divides_alpha():
    one, other = split(330, 270, N)
    alone, of_ten = (pair_verdict(one, other, question) for question in (AB, all_pairs(["a", "b", "c", "d", "e"])))
    assert of_ten.p == alone.p and of_ten.p_adjusted == pytest.approx(10 * alone.p)
    z, z10 = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(1 - 0.05 / 20)
    half = (alone.difference.high - alone.difference.low) / 2 - 1 / (N + 2)
    assert (of_ten.difference.high - of_ten.difference.low) / 2 == pytest.approx(half * z10 / z + 1 / (N + 2))
    assert (alone.verdict, of_ten.verdict) == (Verdict.BETTER, Verdict.NOT_RESOLVED)
    assert of_ten.detectable > alone.detectable


# ----------------------------------------------------------------------------------------------- by hand


def test_single_faces_by_hand():
    found = pair_verdict(*split(281, 218, N), AB)
    plain = difference(281, 218, N)
    assert found.difference.value == pytest.approx(63 / N)
    assert (found.difference.low, found.difference.high) == pytest.approx(
        (plain.low - 1 / (N + 2), plain.high + 1 / (N + 2))
    )
    assert found.p == pytest.approx(mcnemar(281, 218), rel=0.02)  # 0.0055, the exact test
    assert (found.n, found.groups, found.seeds, found.is_one_seed) == (N, None, (1, 1), True)
    assert found.discordance == pytest.approx(499 / N)
    assert found.detectable == pytest.approx(detectable_difference(N, 499 / N))


def test_networks_that_answer_alike_are_not_proven_equal_by_a_few_faces():
    assert pair_verdict(*split(0, 0, 50), AB).verdict is Verdict.NOT_RESOLVED
    many = pair_verdict(*split(0, 0, N), AB)
    assert (many.verdict, many.detectable) == (Verdict.EQUIVALENT, None)
    assert many.difference.low < 0 < many.difference.high


def test_a_proven_difference_may_lie_within_the_margin():
    found = pair_verdict(*split(700, 500, 80_000), AB)
    assert found.verdict is Verdict.BETTER and found.is_within_margin


def test_the_interval_excludes_zero_exactly_where_the_verdict_is_decided():
    for lead in range(0, 120):
        found = pair_verdict(*split(250 + lead, 250, N), all_pairs(["a", "b", "c"]))
        excludes = found.difference.low > 0
        assert excludes == (found.verdict is Verdict.BETTER) == (found.p_adjusted < 0.05)
        assert not excludes or mcnemar(250 + lead, 250) < 0.05 / 3  # never bolder than the exact test


# ----------------------------------------------------------------------------------------------- who asks


def test_exchanging_the_two_mirrors_the_verdict():
    random = np.random.default_rng(0)
    people = np.arange(100).repeat(4)
    mirrored = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    for _ in range(30):
        one, other = random.random((2, 2, 400)) < random.choice([0.6, 0.7], (2, 1, 1))
        for clusters in (None, people):
            there = pair_verdict(answers("a", one, clusters), answers("b", other, clusters), AB)
            back = pair_verdict(answers("b", other, clusters), answers("a", one, clusters), AB)
            assert back.verdict is mirrored.get(there.verdict, there.verdict)
            assert (back.difference.low, back.p) == pytest.approx((-there.difference.high, there.p))


def test_no_two_pages_state_different_verdicts_for_a_pair_under_one_question():
    """A page that shows fewer rows asks the same question, so that nothing else can enter a verdict."""
    random = np.random.default_rng(1)
    names = [f"n{i}" for i in range(8)]
    for _ in range(20):
        right = random.random((8, N)) < random.beta(1.5, 1, N) * random.uniform(0.9, 1, (8, 1))
        given = {name: answers(name, row) for name, row in zip(names, right, strict=True)}
        question = leader_against_each(dict(zip(names, random.random(8), strict=True)))
        every = {n: pair_verdict(given[question.leader], given[n], question) for n in names if n != question.leader}
        few = random.permutation([name for name in names if name != question.leader])[:3]
        shown = {name: pair_verdict(given[question.leader], given[name], question) for name in few}
        assert shown == {name: every[name] for name in few}


# ----------------------------------------------------------------------------------------------- by simulation


def equal_networks(random: np.random.Generator, k: int, n: int = N) -> list[Answers]:
    """k equally good networks that find the same faces hard."""
    return [answers(f"n{i}", row) for i, row in enumerate(random.random((k, n)) < random.beta(1.5, 1, n))]


def alarms(networks: list[Answers], question: Question) -> bool:
    by_name = {one.name: one for one in networks}
    pairs = [sorted(pair) for pair in question.pairs]
    found = [pair_verdict(by_name[a], by_name[b], question).verdict for a, b in pairs]
    return any(one in (Verdict.BETTER, Verdict.WORSE) for one in found)


@pytest.mark.parametrize(
    "question",
    [
        two_networks("n0", "n1"),
        leader_against_each({f"n{i}": 0.6 for i in range(6)}),
        all_pairs([f"n{i}" for i in range(5)]),
        ablation_steps([("n1", "n0"), ("n2", "n0"), ("n3", "n1"), ("n4", "n3")]),
    ],
    ids=lambda question: question.kind.name,
)
def test_equal_networks_are_better_in_at_most_5_percent_of_families(question):
    random, families = np.random.default_rng(2), 500
    found = np.mean([alarms(equal_networks(random, 6), question) for _ in range(families)])
    assert found <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / families)  # 99.5 % of samples at a true 5 %


def test_a_leader_picked_by_the_test_answers_would_need_all_pairs():
    """Why `leader_against_each` asks for validation: the best of ten equals beats the worst too often for k - 1."""
    random, found = np.random.default_rng(3), []
    for _ in range(250):
        networks = equal_networks(random, 10)
        best = max(networks, key=lambda one: one.is_right.mean()).name
        rest = {f"n{i}" for i in range(10)} - {best}
        found.append(alarms(networks, Question(QuestionKind.LEADER, frozenset(frozenset((best, one)) for one in rest))))
    assert np.mean(found) > 0.08


def test_networks_3_points_apart_are_better_in_at_least_95_percent():
    random = np.random.default_rng(4)
    found = [pair_verdict(*sampled(random, N, 0.03, 0.18), AB).verdict for _ in range(1000)]
    assert np.mean([one is Verdict.BETTER for one in found]) >= 0.95


def test_what_is_called_detectable_is_detected_four_times_in_five():
    random, question = np.random.default_rng(5), all_pairs(["a", "b", "c", "d"])
    true = detectable_difference(N, 0.18, alpha=0.05 / 6)
    found = [pair_verdict(*sampled(random, N, true, 0.18), question).verdict for _ in range(1500)]
    assert np.mean([one is Verdict.BETTER for one in found]) == pytest.approx(
        0.79, abs=0.03
    )  # half a face is given away


@pytest.mark.parametrize(("n", "discordance"), [(N, 0.05), (N, 0.1), (12_000, 0.18), (N, 0.18)])
def test_equal_networks_are_equivalent_as_often_as_the_power_says(n, discordance):
    random, sets = np.random.default_rng(6), 1500
    wanted = equivalence_power(sqrt(discordance / n), 0.01)
    found = np.mean([pair_verdict(*sampled(random, n, 0, discordance), AB).p_equivalence < 0.05 for _ in range(sets)])
    assert found == pytest.approx(wanted, abs=2.6 * sqrt(max(wanted * (1 - wanted), 0.003) / sets) + 0.005)


def test_networks_one_margin_apart_are_equivalent_in_at_most_5_percent():
    random, sets = np.random.default_rng(7), 1500
    found = [pair_verdict(*sampled(random, 20_000, 0.01, 0.1), AB).p_equivalence < 0.05 for _ in range(sets)]
    assert np.mean(found) <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / sets)


# ----------------------------------------------------------------------------------------------- people and seeds


def test_twenty_faces_of_one_person_are_one_piece_of_evidence():
    people = np.arange(60).repeat(20)
    one, other = people < 40, (people < 35) | (people == 59)
    by_person = pair_verdict(answers("a", one, people), answers("b", other, people), AB)
    by_face = pair_verdict(answers("a", one), answers("b", other), AB)
    assert (by_person.groups, by_face.groups) == (60, None)
    assert by_face.verdict is Verdict.BETTER and by_person.verdict is Verdict.NOT_RESOLVED
    # Each person leads by 20, 0 or -20 faces; 60 people: s / sqrt(60).
    error = np.std(np.repeat([1, 0, -1], [5, 54, 1])) / sqrt(60)
    reach = (by_person.difference.high - by_person.difference.low) / 2
    assert reach == pytest.approx(2.001 * error, rel=0.05)  # t with 59 degrees of freedom


def test_alike_answers_of_people_leave_room_for_one_person():
    people = np.arange(50).repeat(8)
    found = pair_verdict(*(answers(name, people < 30, people) for name in "ab"), AB)
    assert found.difference.high == pytest.approx(2.01 / 52, rel=0.01)
    assert found.verdict is Verdict.NOT_RESOLVED


def test_people_keep_false_alarms_at_5_percent():
    random, people, sets = np.random.default_rng(8), np.arange(80).repeat(6), 500
    found = []
    for _ in range(sets):
        lean = random.normal(0, 0.2, 80)[people]
        one, other = (random.random(480) < np.clip(0.7 + side * lean, 0, 1) for side in (1, -1))
        found.append(pair_verdict(answers("a", one, people), answers("b", other, people), AB).p < 0.05)
    assert np.mean(found) <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / sets)


def trained(random: np.random.Generator, hard: np.ndarray, deviation: float, seeds: int = 3) -> np.ndarray:
    """One network over seeds, bool (S, n): hard faces are hard for all, and each seed has its own luck on each face."""
    n = len(hard)
    own, luck = random.normal(0, 0.3, n), random.normal(0, 0.45, (seeds, n))
    return 1.2 * hard + own + luck < 0.4 + random.normal(0, deviation, (seeds, 1))


@pytest.mark.parametrize("deviation", [0.0, 0.03])  # 0.03 of the scale moves accuracy by about one point a seed
def test_seeds_keep_false_alarms_at_5_percent_where_one_seed_does_not(deviation):
    random, sets = np.random.default_rng(9), 500
    over, single = [], []
    for _ in range(sets):
        hard = random.normal(0, 1, 1500)
        one, other = (trained(random, hard, deviation) for _ in range(2))
        over.append(pair_verdict(answers("a", one), answers("b", other), AB).p < 0.05)
        single.append(pair_verdict(answers("a", one[:1]), answers("b", other[:1]), AB).p < 0.05)
    assert np.mean(over) <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / sets)
    assert deviation == 0 or np.mean(single) > 0.08


def test_seeds_by_hand():
    """Faces alike for both, seeds 2 points apart: all of the error comes from the seeds."""
    n = 1000
    counts = np.array([[620], [600], [640]])
    right = np.arange(n) < counts
    found = pair_verdict(answers("a", right), answers("b", right[::-1]), AB)
    assert (found.seeds, found.is_one_seed) == ((3, 3), False)
    assert found.difference.value == pytest.approx(0)
    # s^2 = 4e-4 a network; what the faces alone make of it is about (within-face variance) / n and is taken off.
    within = np.mean([np.var(right[:, i], ddof=1) for i in range(n)]) / n
    expected = sqrt(2 * (4e-4 - within) / 3)
    half = (found.difference.high - found.difference.low) / 2
    assert 2.7 * expected < half < 3.1 * expected  # t with 4 degrees of freedom is 2.78


def test_one_seed_against_three_is_one_seed():
    right = np.arange(400) < np.array([[240], [238], [242]])
    assert pair_verdict(answers("a", right), answers("b", right[:1]), AB).is_one_seed


# ----------------------------------------------------------------------------------------------- what is refused


def stored(labels: list[int], rows: list[int]) -> StoredLogits:
    return StoredLogits(np.eye(3, dtype=np.float32)[labels], np.array(labels), np.array(rows))


def test_stored_seeds_become_answers():
    found = Answers.of("a", [stored([0, 1, 2], [7, 8, 9]), stored([0, 1, 2], [7, 8, 9])])
    assert (found.seeds, found.predicted.tolist()) == (2, [[0, 1, 2]] * 2)
    with pytest.raises(DataError, match="a has no stored answers; score it first"):
        Answers.of("a", [])


@pytest.mark.parametrize("other", [stored([0, 1, 2], [7, 8, 10]), stored([0, 1, 1], [7, 8, 9]), stored([0, 1], [7, 8])])
def test_answers_to_other_faces_cannot_be_paired(other):
    first = stored([0, 1, 2], [7, 8, 9])
    with pytest.raises(DataError, match="only answers to the same faces can be paired"):
        pair_verdict(Answers.of("a", [first]), Answers.of("b", [other]), AB)
    with pytest.raises(DataError, match="only answers to the same faces can be paired"):
        Answers.of("a", [first, other])


@pytest.mark.parametrize("margin", [0, 1, -0.01, 2])
def test_a_margin_is_a_fraction(margin):
    with pytest.raises(ConfigError, match="is no fraction between 0 and 1; give one, such as 0.01 for one point"):
        pair_verdict(*split(60, 40, 200), AB, margin)


def test_power_over_people_refuses_what_is_not_valid():
    with pytest.raises(ConfigError, match="a standard error of -1 is negative"):
        detectable_with_error(-1, 1.96)
    with pytest.raises(ConfigError, match="power of 80 cannot be asked for"):
        detectable_with_error(0.01, 1.96, power=80)
    with pytest.raises(ConfigError, match="a standard error of 0, a margin of 0.01 and alpha 0.05 are not valid"):
        equivalence_power(0, 0.01)


# ----------------------------------------------------------------------------------------------- the sentence


def test_the_sentence_of_each_verdict():
    """The wording, in this one place."""
    leader = leader_against_each({"a": 0.7, **dict.fromkeys("bcd", 0.6)})
    assert verdict_sentence(pair_verdict(*split(354, 246, N), leader), "Large", "Small") == (
        "Large is more accurate than Small: +3.0 points (simultaneous 95 % interval +1.3 to +4.7, p < 0.001, "
        "adjusted for 3 comparisons: the leader against each other network). One seed: no conclusion about the design."
    )
    assert verdict_sentence(pair_verdict(*split(246, 354, N), AB)).startswith(
        "b is more accurate than a: +3.0 points (95 % interval +1.6 to +4.4, p < 0.001). One seed"
    )
    assert verdict_sentence(pair_verdict(*split(30, 30, N), AB)).startswith(
        "a and b are equivalent within ±1 point: 0.0 points (90 % interval −0.4 to +0.4). One seed"
    )
    assert verdict_sentence(pair_verdict(*split(310, 290, N), AB)).startswith(
        "Not resolved whether a or b is more accurate: +0.6 points (95 % interval −0.8 to +1.9, p = 0.44); 3,589 faces "
        "show a true difference of 1.9 points four times in five. One seed"
    )


def test_the_sentence_of_people_and_seeds():
    random, people = np.random.default_rng(0), np.arange(100).repeat(10)
    one, other = random.random((2, 2, 1000)) < 0.9
    found = pair_verdict(answers("a", one, people), answers("b", other, people), AB)
    assert "; 1,000 faces of 100 people show a true difference of " in verdict_sentence(found)
    assert "One seed" not in verdict_sentence(found)
    small = pair_verdict(*split(700, 500, 80_000), AB)
    assert "; the difference lies within ±1 point." in verdict_sentence(small)


def test_where_conditions_differ_the_sentence_names_them_and_ranks_nobody():
    found = pair_verdict(*split(354, 246, N), AB)
    assert verdict_sentence(found, unequal="epochs 16 against 22; 2 more") == (
        "Not ranked, since more than the network differs (epochs 16 against 22; 2 more): a minus b +3.0 points "
        "(95 % interval +1.6 to +4.4). One seed: no conclusion about the design."
    )


def test_the_sentence_says_how_many_seeds_stand_behind_it():
    random = np.random.default_rng(0)
    one, other = random.random((2, 3, 1000)) < 0.7
    assert ", 3 seeds each)" in verdict_sentence(pair_verdict(answers("a", one), answers("b", other), AB))
    assert ", 3 against 1 seeds)" in verdict_sentence(pair_verdict(answers("a", one), answers("b", other[:1]), AB))
