"""Shared pieces: where the real data lie, if they do, and a tiny data set that a network can learn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fer_core.data import FaceDataset
from fer_core.labels import FER2013

PROJECT = Path(__file__).resolve().parents[1]


def data_root() -> Path | None:
    """The folder with the unpacked research sets, or None."""
    for root in filter(None, (os.environ.get("FER_DATA"), PROJECT / "data")):
        if (Path(root) / "fer2013").is_dir():
            return Path(root)
    return None


needs_data = pytest.mark.skipif(
    data_root() is None, reason="FER2013 is not unpacked: neither $FER_DATA nor data/ has a folder fer2013"
)


def toy_faces(n: int = 64, seed: int = 0, split: str = "Training") -> FaceDataset:
    """Pictures whose expression is the bright one of seven stripes: learnable, and not a face."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % len(FER2013)
    images = rng.integers(0, 90, (n, 48, 48)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[label * 6 : label * 6 + 6] += 150
    return FaceDataset(
        name="fer2013",
        images=images,
        labels=labels.astype(np.int64),
        split=np.full(n, split),
        rows=np.arange(n),
        expressions=FER2013,
        terms="made in a test",
    )


@pytest.fixture
def toy() -> FaceDataset:
    return toy_faces()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Path:
    """Three checkpoints with random weights; A makes 4 mistakes of 70, B 24, PLUS is of another data set."""
    from sample_shelf import publish_shelf  # loads torch, which most tests do without

    return publish_shelf(tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture(scope="session")
def profiled(tmp_path_factory) -> Path:
    """Profiles of two networks; their latency is not looked at."""
    from fer_core import files
    from fer_core.profiling import profiles

    path = tmp_path_factory.mktemp("evidence") / "profiles.json"
    names = ("i_mobilenet_v2", "mini_xception")
    path.write_text(files.pretty_json({name: profiles.profile(name, repeats=2) for name in names}))
    return path


@pytest.fixture
def here(shelf, profiled, tmp_path, monkeypatch) -> Path:
    """The app's world: the three checkpoints, the two profiles, no data set, and torch left where it is."""
    from fer_core.profiling import profiles

    monkeypatch.setenv("FER_CHECKPOINTS", str(shelf))
    monkeypatch.setenv("FER_DATA", str(tmp_path / "no data"))
    monkeypatch.setenv("FER_WARM", "0")
    monkeypatch.setattr(profiles, "PATH", profiled)
    return shelf


@pytest.fixture
def session(monkeypatch) -> None:
    """Give caches that are kept for a session one, without a page."""
    for kind in ("data", "resource"):
        monkeypatch.setattr(f"streamlit.runtime.caching.cache_{kind}_api.get_session_id_or_throw", lambda: "a test")


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """Where the real app is served for the browser's tests."""
    from browser_driver import served

    with served(tmp_path_factory.mktemp("invented")) as url:
        yield url


@pytest.fixture(scope="module")  # not longer: while it is open, no other test could run an event loop
def chromium() -> Iterator[object]:
    """A headless Chromium."""
    from browser_driver import BROWSER, FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()
