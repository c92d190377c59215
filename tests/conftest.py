"""Shared pieces: where the real data lie, if they do, and a tiny data set that a network can learn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Answers are compared to the last bit, and a sum on two threads has another one; and two processes test at once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from support.paths import toy_faces  # noqa: E402 - the line above must come before numpy and torch

from fer_core.data import FaceDataset  # noqa: E402


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Distribute files as `support.file_groups` says, where whole files are asked for."""
    if config.getoption("dist") != "loadfile":
        return None
    from support.file_groups import GroupedFiles

    return GroupedFiles(config, log)


@pytest.fixture(autouse=True)
def own_log_of_looks(tmp_path_factory, monkeypatch) -> Path:
    """Scorings of tests go into a log of their own, also those of other processes."""
    path = tmp_path_factory.mktemp("evidence") / "test-looks.jsonl"
    monkeypatch.setenv("FER_TEST_LOOKS", str(path))
    return path


@pytest.fixture(autouse=True)
def freed_memory_goes_back(monkeypatch) -> None:
    """A training in a test leaves the C library as it is: kept pages of all trainings were 4 GB in the end."""
    monkeypatch.setattr("fer_core.memory._glibc", lambda: None)


@pytest.fixture
def toy() -> FaceDataset:
    return toy_faces()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Path:
    """Three checkpoints with random weights; A makes 4 mistakes of 70, B 24, PLUS is of another data set."""
    from support.checkpoints import publish_shelf  # loads torch, which most tests do without

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
    from support.browser_driver import served

    with served(tmp_path_factory.mktemp("invented")) as url:
        yield url


@pytest.fixture
def chromium(running_chromium) -> Iterator[object]:
    """A headless Chromium without a page; those that a test opens are closed behind it: each takes 100 MB."""
    before = running_chromium.contexts
    yield running_chromium
    for context in running_chromium.contexts:
        if context not in before:  # else a module's own, which its other tests look at too
            context.close()


@pytest.fixture(scope="module")  # not longer: while it is open, no other test could run an event loop
def running_chromium() -> Iterator[object]:
    """The browser that a module's tests share."""
    from playwright.sync_api import sync_playwright
    from support.browser_driver import BROWSER, FLAGS

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()
