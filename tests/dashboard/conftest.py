"""Data and votes that belong to the invented checkpoints: what pages add where a data set lies on the machine."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from support.checkpoints import PER_CLASS

from fer_core import labels
from fer_core.data import ferplus, vote_table

ROWS = PER_CLASS * len(labels.FER2013)
AFTER_THE_PHOTO = ("map_grid.map_grid", "gates.attention_modules_section", "perturbations.perturbation_panel")


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Streamlit's AppTest reads what every installed package says of itself, for each page: half of a page's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def without_maps(monkeypatch):
    """The face lab up to the photo's table; what comes after it has tests of its own."""
    for part in AFTER_THE_PHOTO:
        monkeypatch.setattr(f"dashboard.pages.face_lab.{part}", lambda *args: None)


@pytest.fixture
def toy_data(here, tmp_path, monkeypatch) -> Path:
    """A fer2013.csv of grey squares whose rows and labels are the shelf's."""
    home = tmp_path / "data" / "fer2013"
    home.mkdir(parents=True)
    with (home / "fer2013.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["emotion", "pixels", "Usage"])
        writer.writerows([row // PER_CLASS, " ".join([str(row)] * 48 * 48), "PrivateTest"] for row in range(ROWS))
    monkeypatch.setenv("FER_DATA", str(home.parent))
    return home.parent


@pytest.fixture
def toy_votes(here, tmp_path, monkeypatch) -> Path:
    """Ballots for the shelf's rows: ten times happy, but for row 20, on which people split 5 : 5."""
    source, path = tmp_path / "fer2013new.csv", tmp_path / "votes.csv.gz"
    with source.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ferplus.COLUMNS)
        for row in range(ROWS):
            happy, fear = (5, 5) if row == 20 else (10, 0)
            writer.writerow(["PrivateTest", f"{row}.png", 0, happy, 0, 0, 0, 0, fear, 0, 0, 0])
    vote_table.write(source, path)
    monkeypatch.setattr(vote_table, "PATH", path)
    return path
