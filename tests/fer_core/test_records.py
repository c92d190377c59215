"""Records: every problem of a JSON value in a sentence, all of them together; unknown entries are kept and named."""

from __future__ import annotations

import pytest
from pydantic import RootModel

from fer_core.errors import ConfigError
from fer_core.records import (
    Count,
    EstimateEntry,
    Flag,
    Name,
    Number,
    Record,
    Sha256,
    ShareEstimate,
    Text,
    Whole,
    parsed,
    problems,
    unknown_entries,
)


class Part(Record):
    n: Whole
    mood: Text | None = None


class Thing(Record):
    share: Number
    parts: tuple[Part, ...]
    by_name: dict[Name, Part]
    holds: Flag

    def contradictions(self) -> list[str]:
        return ["share is above 1"] if self.share > 1 else []


GOOD = {"share": 1, "parts": [{"n": 1}], "by_name": {"a": {"n": 2}}, "holds": True}


def test_a_good_value_has_no_problems_and_whole_numbers_are_numbers():
    assert problems(Thing, GOOD) == []
    assert Thing.model_validate(GOOD).parts[0].n == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"share": float("nan")}, ["share is nan; it must be a finite number"]),
        ({"share": "1"}, ["share is '1'; it must be a finite number"]),
        ({"share": 1e300}, ["share is 1e+300; it must be 1,000,000,000,000 or less"]),
        ({"share": 2}, ["share is above 1"]),
        ({"holds": 1}, ["holds is 1; it must be true or false"]),
        ({"parts": "ab"}, ["parts is 'ab'; it must be a list"]),
        ({"parts": [{"n": 1}, None]}, ["parts[1] is None; it must be an object"]),
        ({"parts": [{"n": True}]}, ["parts[0].n is True; it must be a whole number"]),
        ({"parts": [{"n": 1.0}]}, ["parts[0].n is 1.0; it must be a whole number"]),
        ({"by_name": []}, ["by_name is []; it must be an object"]),
        ({"parts": [{"n": "x" * 100}]}, ["parts[0].n is '" + "x" * 56 + "...; it must be a whole number"]),
    ],
)
def test_each_kind_of_problem_has_its_sentence(change, found):
    assert problems(Thing, GOOD | change) == found


def test_all_problems_are_named_together_and_a_misspelled_entry_with_the_missing_one():
    wrong = {"share": None, "parts": [{"n": "a"}, {"mod": "b"}], "by_name": {}, "hols": True}
    with pytest.raises(ConfigError) as caught:
        parsed(Thing, wrong, ConfigError, "it is not valid")
    assert str(caught.value).split("\n- ") == [
        "it is not valid, for 4 reasons:",
        "share is None; it must be a finite number",
        "parts[0].n is 'a'; it must be a whole number",
        "parts[1].n is missing",
        "holds is missing (closest: hols)",
    ]


def test_entries_of_a_newer_version_are_kept_and_named():
    newer = GOOD | {"colour": "red", "parts": [{"n": 1, "weather": [1]}]}
    thing = Thing.model_validate(newer)
    assert unknown_entries(thing) == ["colour", "parts[0].weather"]
    assert thing.model_dump()["colour"] == "red" and thing.model_dump()["parts"][0]["weather"] == [1]
    assert set(thing.known()) == {"share", "parts", "by_name", "holds"}


@pytest.mark.parametrize(
    ("model", "value", "words"),
    [
        (EstimateEntry, {"value": 1, "low": None, "high": 2}, "all or none must be null"),
        (EstimateEntry, {"value": 1, "low": 3, "high": 2}, "low is 3.0, above high, 2.0"),
        (ShareEstimate, {"value": 0.5, "low": 0.1, "high": 1.1}, "high is 1.1; it must be"),
        (RootModel[Sha256], "AB" * 32, "it must be 64 hexadecimal digits"),
        (RootModel[Count], -1, "it must be 0 or more"),
        (RootModel[Whole], 10**400, "it must be"),
        (RootModel[Text], "a" * 30_000, "20,000 characters or fewer"),
    ],
)
def test_ranges(model, value, words):
    (problem,) = problems(model, value)
    assert words in problem


def test_rounding_above_one_is_no_problem():
    """A share's interval may end a last digit beyond 1."""
    assert problems(ShareEstimate, {"value": 0.9999999999999998, "low": 0.9, "high": 1.0000000000000002}) == []
