"""Where checkpoints and data sets lie: named, in the current folder, or beside the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_core import paths


@pytest.mark.parametrize(
    ("variable", "root", "name"),
    [("FER_CHECKPOINTS", paths.checkpoints_root, "checkpoints"), ("FER_DATA", paths.data_root, "data")],
)
def test_the_named_folder_comes_first_then_the_current_one(variable, root, name, tmp_path, monkeypatch):
    monkeypatch.setenv(variable, "/named")
    assert root() == Path("/named")
    monkeypatch.delenv(variable)
    monkeypatch.setattr(paths, "PROJECT", tmp_path / "project")
    monkeypatch.chdir(tmp_path)
    assert root() == Path(name)  # nowhere yet: it would be made in the current folder
    (tmp_path / "project" / name).mkdir(parents=True)
    assert root() == tmp_path / "project" / name
    (tmp_path / name).mkdir()
    assert root() == Path(name)
