"""Results of files are kept until the file changes, and errors are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.store.file_cache import cached_by_file, file_stamp


@pytest.fixture
def counted():
    """A cached reader, and how often it was really asked."""
    asked = []

    @cached_by_file(maxsize=4)
    def read(path: Path, more: str = "") -> str:
        asked.append(path)
        return path.read_text() + more

    return read, asked


def test_an_unchanged_file_is_read_once_for_each_argument(tmp_path, counted):
    read, asked = counted
    (tmp_path / "a").write_text("one")
    assert [read(tmp_path / "a"), read(tmp_path / "a"), read(tmp_path / "a", "!")] == ["one", "one", "one!"]
    assert len(asked) == 2


def test_a_file_of_the_same_size_and_time_that_was_exchanged_is_read_again(tmp_path, counted):
    read, _ = counted
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text("one")
    before = path.stat()
    assert read(path) == "one"
    other.write_text("two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert read(path) == "two"


def test_an_error_is_not_kept(tmp_path, counted):
    read, _ = counted
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "a")
    assert file_stamp(tmp_path / "a") is None
    (tmp_path / "a").write_text("one")
    assert read(tmp_path / "a") == "one"
