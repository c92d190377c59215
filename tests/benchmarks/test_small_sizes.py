"""Each benchmark at its small size: it reaches what it waits for, and what it prints are measurements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice

import pytest
from support.browser_driver import MARKS

from benchmarks import face_lab, leaderboard, live, serving, sessions
from benchmarks.serving import Served
from fer_core.images.face_crop import read_face_photo
from fer_core.images.face_detection import detectors

SECONDS = re.compile(r"([0-9]+\.[0-9]{2,3}) s\b")


@pytest.fixture(autouse=True)
def own_checkpoints(monkeypatch):
    """The project's own, as `make bench` measures them."""
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)


def printed(run, capsys, *words: str) -> list[str]:
    run(words)
    return capsys.readouterr().out.splitlines()


def in_browser(test):
    for mark in MARKS:
        test = mark(test)
    return test


@in_browser
def test_the_leaderboard_settles_on_as_many_rows_as_there_are_copies(capsys):
    if not leaderboard.ranked():
        pytest.skip("no checkpoint of FER2013 lies in checkpoints/")
    title, *rows = printed(leaderboard.main, capsys, "--small")
    assert title.startswith(f"Leaderboard with {leaderboard.SMALL.copies} checkpoints")
    assert len(rows) == 3
    assert all(float(SECONDS.search(row)[1]) > 0 for row in rows)


def test_each_photo_is_another_face():
    """Equal pixels would be answered from what is kept, and the benchmark would time that."""
    crops = [read_face_photo(photo).crop(0) for photo in islice(face_lab.fresh_photos(), 3)]
    assert len({crop.sha256 for crop in crops}) == 3


@pytest.fixture(scope="module")
def app() -> Iterator[Served]:
    """One server for both benchmarks of the face lab: torch and the networks are loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FER_CHECKPOINTS", raising=False)
        with serving.served(serving.CHECKPOINTS) as app:
            yield app


@in_browser
def test_sessions_are_timed_and_the_server_measured(app, capsys, monkeypatch):
    if not face_lab.five():
        pytest.skip("no network with weights, trained on FER2013, lies in checkpoints/")
    monkeypatch.setattr(sessions, "served", lambda _: nullcontext(app))
    lines = printed(sessions.main, capsys, "--sessions", "1", "--settle", "0")
    alone, answers, maps = ([float(one) for one in SECONDS.findall(line)] for line in lines[1:4])
    assert 0 < alone[0] <= alone[1]
    assert 0 < answers[0] <= maps[0]
    before, *with_people = [int(one) for one in re.findall(r"([0-9]+) MB", lines[4])]
    assert min(with_people) > before > 30  # torch and the networks come with the first person


@in_browser
def test_the_face_lab_answers_and_its_server_is_measured(app, capsys, monkeypatch):
    if not face_lab.five():
        pytest.skip("no network with weights, trained on FER2013, lies in checkpoints/")
    monkeypatch.setattr(face_lab, "served", lambda _: nullcontext(app))
    lines = printed(face_lab.main, capsys, "--small")
    times = [line for line in lines if " asked" not in line and SECONDS.search(line)]
    computed = [float(SECONDS.findall(line)[-1]) for line in times]
    assert len(times) == 3
    assert all(seconds > 0 for seconds in computed)
    memory = next(line for line in lines if "reruns" in line)
    assert int(re.search(r"from ([0-9]+) to", memory)[1]) > 50  # MB: a server with torch


def test_a_camera_is_timed_with_one_network_and_with_three(capsys):
    if not face_lab.five() or not detectors():
        pytest.skip("no network with weights lies in checkpoints/, or no face detector is installed")
    _, _, *rows, _ = printed(live.main, capsys, "--small")
    assert len(rows) == len(live.NETWORKS)
    for row in rows:
        rate, low, high = map(float, re.search(r"([0-9.]+) +([0-9.]+) to ([0-9.]+)", row).groups())
        assert 0 < low <= rate <= high and row.endswith(f"{live.SMALL_PICTURES} of {live.SMALL_PICTURES}")
