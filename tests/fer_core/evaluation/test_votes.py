"""Networks beside the people who labelled: by hand, and on FER+'s own ballots where they lie here."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from scipy.special import log_softmax, rel_entr
from scipy.stats import entropy
from support.paths import data_root, needs_data

from fer_core import labels
from fer_core.data import ferplus, open_dataset
from fer_core.errors import DataError
from fer_core.evaluation.votes import (
    accuracy_by_entropy,
    agreement_with_the_rest,
    confident_while_split,
    entropy_bits,
    kl_bits,
    on_common,
    vote_share,
)


def test_entropy_by_hand():
    shares = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.8, 0.2, 0], [1 / 3, 1 / 3, 1 / 3]])
    expected = [0, 1, -(0.8 * log2(0.8) + 0.2 * log2(0.2)), log2(3)]
    assert entropy_bits(shares) == pytest.approx(expected)
    assert entropy_bits(shares) == pytest.approx(entropy(shares, base=2, axis=1))


def test_kl_by_hand():
    shares, logits = np.array([[0.5, 0.5], [1.0, 0.0]]), np.log([[0.25, 0.75], [0.25, 0.75]])
    assert kl_bits(shares, logits) == pytest.approx([0.5 * log2(2) + 0.5 * log2(2 / 3), 2])
    assert kl_bits(shares, np.array([[1.0, 1.0], [900.0, 0.0]])) == pytest.approx([0, 0])


def test_kl_equals_scipys_and_stays_finite():
    random = np.random.default_rng(0)
    shares, logits = random.dirichlet(np.ones(8), 50), 4 * random.normal(size=(50, 8))
    expected = rel_entr(shares, np.exp(log_softmax(logits, axis=1))).sum(1) / np.log(2)
    assert kl_bits(shares, logits) == pytest.approx(expected)
    assert kl_bits(np.array([[0.0, 1.0]]), np.array([[2000.0, 0.0]])) == pytest.approx(2000 / np.log(2))


def test_votes_are_cut_to_what_a_network_knows():
    shares = np.array([[0.5, 0.3, 0.2], [0, 0, 1.0], [0, 1.0, 0]])
    found = on_common(shares, ("happy", "sad", "contempt"), ("sad", "fear", "happy"))
    assert found.voted.tolist() == [0, 2]
    assert found.shares == pytest.approx(np.array([[0.3 / 0.8, 0, 0.5 / 0.8], [1, 0, 0]]))
    assert found.lost == pytest.approx((0.2 + 1.0 + 0) / 3)


def test_votes_on_other_things_are_refused():
    with pytest.raises(DataError, match="votes on happy, sad and a network for fear have nothing in common"):
        on_common(np.ones((1, 2)), ("happy", "sad"), ("fear",))
    with pytest.raises(DataError, match="none of 1 faces has a vote for happy"):
        on_common(np.array([[0.0, 1.0]]), ("happy", "sad"), ("happy",))
    with pytest.raises(DataError, match=r"votes of shape \(1, 8\) and logits of shape \(1, 7\) do not fit"):
        kl_bits(np.ones((1, 8)), np.ones((1, 7)))


def test_vote_share_is_what_the_votes_give_the_answer():
    assert vote_share(np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([1, 1])).tolist() == [0.2, 0.6]


def test_accuracy_by_entropy_puts_edges_into_the_lower_bin():
    split = np.array([0.0, 0.0, entropy_bits(np.array([[0.8, 0.2]]))[0], 1.0, 1.2])
    found = accuracy_by_entropy(np.array([True, True, True, False, False]), split)
    assert [(one.n, one.accuracy.value) for one in found] == [(2, 1.0), (1, 1.0), (1, 0.0), (1, 0.0)]
    assert [one.up_to for one in found] == [0, 0.8, 1, np.inf]


def test_a_face_without_votes_is_in_no_bin():
    split = entropy_bits(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert np.isnan(split[0])
    assert sum(one.n for one in accuracy_by_entropy(np.ones(2, bool), split)) == 1


def test_an_empty_bin_has_no_accuracy():
    assert accuracy_by_entropy(np.array([True]), np.array([0.0]))[1].accuracy.value is None


def test_accuracy_by_entropy_refuses_other_faces():
    with pytest.raises(DataError, match=r"answers of shape \(2,\) and entropies of shape \(3,\) do not fit"):
        accuracy_by_entropy(np.ones(2, bool), np.zeros(3))


def test_agreement_with_the_rest_by_hand():
    # [2, 1]: each of the two meets a tie of 1 and 1, half a point; the third meets 2 : 0 and is wrong
    # [3, 1]: each of the three meets 2 : 1 and is right; the fourth is wrong
    found = agreement_with_the_rest(np.array([[2, 1], [3, 1], [0, 4], [1, 0]]))
    assert found[:3] == pytest.approx([2 * 0.5 / 3, 3 / 4, 1])
    assert np.isnan(found[3])


def test_agreement_with_the_rest_is_what_drawing_annotators_gives():
    random = np.random.default_rng(0)
    counts = np.array([[4, 3, 2, 1]])
    ballots = np.repeat(np.arange(4), counts[0])
    drawn = random.permuted(np.tile(ballots, (40000, 1)), axis=1)
    rest = np.stack([(drawn[:, 1:] == j).sum(1) for j in range(4)], axis=1) + random.random((40000, 4)) / 2
    assert agreement_with_the_rest(counts)[0] == pytest.approx((rest.argmax(1) == drawn[:, 0]).mean(), abs=0.01)


def test_confident_while_split_names_the_most_divided_first():
    found = confident_while_split(np.array([0.95, 0.99, 0.5, 0.92]), np.array([1.0, 1.5, 2.0, 0.2]))
    assert found.tolist() == [1, 0]


@needs_data
def test_fer2013s_label_is_the_plurality_of_fer_pluss_votes_on_62_percent():
    faces = open_dataset("fer2013", data_root()).subset("PrivateTest")
    ballots = ferplus.read_ballots(data_root() / "fer2013" / "fer2013new.csv")
    most = ballots.votes[faces.rows].argmax(axis=1)  # unknown and NF take part
    said = np.array([labels.FERPLUS.index(name) for name in faces.expressions])[faces.labels]
    assert (said == most).mean() == pytest.approx(0.622, abs=5e-4)


@needs_data
def test_people_agree_with_the_rest_on_less_than_four_faces_in_five():
    faces = open_dataset("ferplus", data_root()).subset("PrivateTest")
    counts = ferplus.read_ballots(data_root() / "fer2013" / "fer2013new.csv").votes[faces.rows]
    assert 0.7 < agreement_with_the_rest(counts).mean() < 0.8
