"""Where checkpoints and data sets lie: named, in the current folder, or beside the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_core import paths


@pytest.mark.parametrize(
    ("variable", "root", "name"),
    [("FER_CHECKPOINTS", paths.checkpoints_root, "checkpoints"), ("FER_DATA", paths.data_root, "data")],
)
def test_the_named_folder_comes_first_then_that_at_home(variable, root, name, monkeypatch):
    monkeypatch.setenv(variable, "/named")
    assert root() == root(paths.PROJECT) == Path("/named")
    monkeypatch.delenv(variable)
    assert root() == Path(name)  # of the current folder: a command never writes beside the code unasked
    assert root(paths.PROJECT) == paths.PROJECT / name
