"""Expressions by name: what two sets share, what falls away, and what a set's own codes mean."""

from __future__ import annotations

from itertools import permutations

import pytest

from fer_core import labels
from fer_core.data import DATASETS
from fer_core.errors import ConfigError, DataError


@pytest.mark.parametrize(
    ("data", "code", "expression"),
    [
        ("fer2013", "0", "angry"),
        ("fer2013", "6", "neutral"),
        ("ferplus", "happiness", "happy"),
        ("ferplus", "contempt", "contempt"),
        ("ckplus", "sadness", "sad"),
        ("ckextended", "6", "neutral"),
        ("ckextended", "7", "contempt"),
        ("rafdb", "1", "surprise"),  # not angry: the codes of RAF-DB start elsewhere, and at 1
        ("rafdb", "7", "neutral"),
    ],
)
def test_codes_mean_what_their_owners_say(data, code, expression):
    assert labels.decode(data, code) == expression


def test_each_set_has_a_code_for_each_of_its_expressions():
    assert set(labels.ORDERS) == set(labels.CODES) == set(DATASETS) - {"own"}
    for data, order in labels.ORDERS.items():
        assert tuple(labels.CODES[data].values()) == order == DATASETS[data].expressions


def test_neutral_and_contempt_fall_away_and_are_named():
    found = labels.shared(labels.FER2013, labels.CKPLUS)
    assert found.expressions == ("angry", "disgust", "fear", "happy", "sad", "surprise")
    assert (found.only_first, found.only_second) == (("neutral",), ("contempt",))
    assert found.sentence == "6 expressions in both; neutral only in the first, contempt only in the second"


def test_equal_sets_lose_nothing():
    found = labels.shared(labels.FER2013, labels.RAFDB)
    assert found.sentence == "7 expressions in both"
    assert found.only_first == found.only_second == ()


@pytest.mark.parametrize(("one", "other"), list(permutations(labels.ORDERS, 2)))
def test_mapping_goes_by_name_whatever_the_order(one, other):
    first, second = labels.order_of(one), labels.order_of(other)
    found = labels.shared(first, second)
    assert {name for name, place in zip(first, found.from_first, strict=True) if place < 0} == set(first) - set(second)
    for order, places in ((first, found.from_first), (second, found.from_second)):
        for name, place in zip(order, places, strict=True):
            assert place < 0 or found.expressions[place] == name


def test_mistakes_get_a_sentence():
    with pytest.raises(
        ConfigError, match="'fer2014' is not a known data set; choose one of ckextended.*closest: fer2013"
    ):
        labels.order_of("fer2014")
    with pytest.raises(ConfigError, match="'0' is no label of rafdb; its files write 1 surprise, 2 fear"):
        labels.decode("rafdb", "0")
    with pytest.raises(ConfigError, match="'anger' is not a known expression; choose one of angry"):
        labels.shared(("anger", "happy"), labels.FER2013)
    with pytest.raises(ConfigError, match="happy, sad, happy names happy twice"):
        labels.shared(("happy", "sad", "happy"), labels.FER2013)
    with pytest.raises(DataError, match=r"happy, contempt and .* have 1 expression\(s\) in common.*needs two"):
        labels.shared(("happy", "contempt"), labels.FER2013)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Joy", "happy"), ("surprize", "surprise"), ("03-Sad faces", "sad"), ("SCARED", "fear"), ("calm", "neutral"),
     ("Ｎｅｕｔｒａｌ", "neutral"), ("disgusting", "disgust"), ("blurred", None), ("x", None), ("", None)],
)  # fmt: skip
def test_what_a_name_most_likely_stands_for(name, meant):
    assert labels.suggestion(name) == meant


def test_a_suggestion_is_never_taken_without_being_asked():
    for words in labels.NEAR_WORDS.values():
        for word in words:
            with pytest.raises(KeyError):
                labels.canonical(word)


def test_letters_that_look_the_same_are_the_same():
    assert labels.canonical(" Ｓａｄ\u3000") == "sad" and labels.canonical("SADNESS") == "sad"
