"""JSON files: how they are described, checked and written."""

from __future__ import annotations

import json

import pytest

from fer_core import files
from fer_core.schema import Each, Maybe, problems


def test_json_keeps_what_belongs_together_on_one_line():
    value = {"a": [[1, 2], [3, 4]], "b": {}, "c": {"shape": [1, 2], "n": 3}, "d": {"e": {"f": 1}}}
    lines = files.pretty_json(value).split("\n")
    assert lines == [
        "{", '  "a": [', "    [1, 2],", "    [3, 4]", "  ],", '  "b": {},', '  "c": {"shape": [1, 2], "n": 3},',
        '  "d": {', '    "e": {"f": 1}', "  }", "}", "",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["x" * 500, {"a": "é" * 500}, list(range(500)), {"a": {"b": [1.5] * 99}}, [], None])
def test_long_values_survive(value):
    assert json.loads(files.pretty_json(value)) == value


def test_json_refuses_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.pretty_json({"a": [float("nan")]})


@pytest.mark.parametrize(
    ("value", "schema", "found"),
    [
        ({"a": 1}, {"a": float}, []),
        (None, Maybe(int), []),
        (float("nan"), float, ["the file is nan; it must be a finite number"]),
        ({"x": 1, "y": "2"}, Each(int), ["y is '2'; it must be a whole number"]),
        ([1, None], [int], ["[1] is None; it must be a whole number"]),
        ("x" * 100, int, ["the file is '" + "x" * 56 + "...; it must be a whole number"]),
    ],
)
def test_schema(value, schema, found):
    assert problems(value, schema) == found


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.json"
    files.write(path, b"old")
    files.write(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]
    assert path.read_bytes() == b"new"


def test_sha256_of_the_empty_file(tmp_path):
    (tmp_path / "a").touch()
    assert files.sha256(tmp_path / "a") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_flag_is_true_or_false_and_nothing_else():
    assert problems({"holds": True}, {"holds": bool}) == []
    assert problems({"holds": 1}, {"holds": bool}) == ["holds is 1; it must be true or false"]
