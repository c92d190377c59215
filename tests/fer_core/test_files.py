"""Files: written whole, read guarded, and JSON that belongs together on one line."""

from __future__ import annotations

import json
import os

import pytest

from fer_core import files
from fer_core.errors import DataError


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


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.json"
    files.write(path, b"old")
    files.write(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]
    assert path.read_bytes() == b"new"


def test_sha256_of_the_empty_file(tmp_path):
    (tmp_path / "a").touch()
    assert files.sha256(tmp_path / "a") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


HOSTILE = {
    "deep lists": ("[" * 200 + "]" * 200, "nested deeper than 32 levels"),
    "bottomless lists": ("[" * 100_000, "nested deeper than 32 levels"),
    "deep objects": ('{"a":' * 40 + "1" + "}" * 40, "nested deeper than 32 levels"),
    "401 digits": ('{"n": ' + "9" * 401 + "}", r"the number 9{20}\.\.\. of 401 digits is too large"),
    "5,000 digits": ("9" * 5_000, "of 5000 digits is too large"),
    "2^63": (str(2**63), "is too large"),
    "infinite": ("1e999", "the number 1e999 is too large"),
    "nan": ('{"a": NaN}', "NaN is no JSON number"),
    "half a character": (r'["\ud800"]', "half of a surrogate pair"),
    "cut": ('{"a": 1', "is not JSON"),
    "empty": ("", "is not JSON"),
}


@pytest.mark.parametrize(("text", "match"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_gets_a_sentence(tmp_path, text, match):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DataError, match=f"{match}.*; fetch it again"):
        files.read_json(path, DataError, "fetch it again")


def test_what_json_may_hold(tmp_path):
    path = tmp_path / "a.json"
    text = '{"a": [9223372036854775807, -1.5e300, true, null, "\\ud83d\\ude00", ' + "[" * 29 + "]" * 29 + "]}"
    path.write_text(text)
    assert files.read_json(path, DataError, "") == json.loads(text)


def test_files_that_cannot_be_read_as_text(tmp_path, monkeypatch):
    def read(path):
        return files.read_text(path, DataError, "fetch it again")

    (tmp_path / "latin").write_bytes(b"caf\xe9")
    with pytest.raises(DataError, match="is not UTF-8 text .* at byte 3.*; fetch it again"):
        read(tmp_path / "latin")
    with pytest.raises(DataError, match="is not a file; fetch it again"):
        read(tmp_path)
    with pytest.raises(DataError, match="nothing is missing; fetch it again"):
        read(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DataError, match="cannot be read .*symbolic links"):
        read(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="is not a file"):
        read(tmp_path / "pipe")
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    with pytest.raises(DataError, match="has 4 bytes, more than the 3 that are read"):
        read(tmp_path / "latin")


def test_a_file_without_permission_gets_a_sentence(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.json").write_text("{}")
    monkeypatch.setattr(files.Path, "read_text", refuse)
    with pytest.raises(DataError, match=r"a.json cannot be read \(Permission denied\); fetch it again"):
        files.read_json(tmp_path / "a.json", DataError, "fetch it again")


def test_an_error_can_quote_a_name_that_is_not_utf_8():
    name = os.fsdecode(b"caf\xe9")
    assert str(DataError(f"{name} is odd")) == "caf\\udce9 is odd"
