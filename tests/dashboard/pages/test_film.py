"""The film page: what it shows of a film is what `fer predict` writes, and it goes on where it was interrupted."""

from __future__ import annotations

import numpy as np
import pytest
from support.app_driver import open_page, words
from support.checkpoints import A, B
from support.films import film, scene
from support.photos import needs_detector

from dashboard.pages.film import data
from dashboard.pages.film.text import film_sentence
from dashboard.pages.film.timeline_chart import REACH, timeline_chart
from dashboard.pages.film.views import TimelineView, TrackView
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import checkpoint_view
from dashboard.upload_limits import READ_ONLY
from fer_core import cli
from fer_core.checkpoints.card import read_card

FPS = 10
HIDDEN = (4, 5)  # frames in which no face is seen


@pytest.fixture(scope="module")
def short() -> bytes:
    """Eight frames in 0.8 s: one face stands still, one walks, both are gone for two frames."""
    frames = [scene() if k in HIDDEN else scene((420, 100), (20 + 8 * k, 60)) for k in range(8)]
    return film(frames, fps=FPS)


def shown(content: bytes, **address: str):
    app = open_page("film", **{"networks": B, "rate": "5", **address})
    return app.file_uploader[0].set_value([("short.mp4", content, "video/mp4")]).run()


@needs_detector
def test_the_page_and_the_command_say_the_same_of_every_face(here, short, tmp_path):
    app = shown(short)
    assert not app.exception and not app.error
    reading = app.session_state[data.KEPT][1]
    path, out = tmp_path / "short.mp4", tmp_path / "r.csv"
    path.write_bytes(short)
    words_of_it = ["predict", str(path), "--networks", B, "--out", str(out), "--smooth", str(data.SMOOTH_S)]
    assert cli.main(words_of_it) == 0
    assert reading.as_csv(is_smooth=True) == out.read_bytes().replace(str(path).encode(), b"short.mp4")
    assert [row["frame"] for row in reading.rows(is_smooth=False)] == [0, 0, 2, 2, 4, 6, 6]


@needs_detector
def test_a_frame_is_chosen_and_averaging_reads_nothing_anew(here, short):
    app = shown(short, face="2", at="2")
    reading = app.session_state[data.KEPT][1]
    assert "0.4 s, frame 4 of the film" in words(app) and "was not found in this frame" in words(app)
    app.slider(key="at").set_value(3).run()
    assert "0.6 s, frame 6 of the film" in words(app) and "was not found" not in words(app)
    app.toggle(key="smooth").set_value(True).run()
    assert "Means over 1 s" in words(app) and app.session_state[data.KEPT][1] is reading
    app.segmented_control(key="rate").set_value("10").run()
    assert len(app.session_state[data.KEPT][1].moments) == 8 and len(reading.moments) == 4


@needs_detector
def test_a_reading_that_is_interrupted_goes_on_and_one_of_other_networks_begins_anew(here, short, session, monkeypatch):
    monkeypatch.setattr(data.st, "session_state", {})
    given = data.upload("short.mp4", short)
    reading = data.film_reading(given, [B], 5.0)
    reading.step()
    again = data.film_reading(given, [B], 5.0)
    assert again is reading and len(again.moments) == 1
    decoder = reading._film._ask.__self__
    other = data.film_reading(given, [A], 5.0)
    assert other is not reading and not decoder.is_alive
    while not other.is_done:
        other.step()
    assert [moment.number for moment in other.moments] == [0, 2, 4, 6]
    assert not other._film._ask.__self__.is_alive


def test_a_damaged_film_is_a_sentence_on_every_run(here, short):
    app = shown(short[: len(short) // 2])
    assert not app.exception and "damaged or cut off" in app.error[0].value
    assert "damaged or cut off" in app.run().error[0].value


@needs_detector
def test_a_crowd_is_refused_before_it_fills_the_memory(here, short, monkeypatch):
    monkeypatch.setattr(data, "MOST_ROWS", 3)
    app = shown(short)
    assert "more than 3 faces; look at fewer frames a second" in app.error[0].value and not app.exception
    assert app.session_state[data.KEPT][1].moments == []


def test_a_film_without_faces_says_so(here):
    app = shown(film([scene()] * 2))
    assert "No face was found in any of the 1 frames" in app.info[0].value and not app.exception


def test_a_read_only_server_and_one_without_pyav_take_no_film(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fer_core.films.reading.find_spec", lambda name: None)
        app = open_page("film")
        assert "`pip install -r requirements-films.txt`" in app.info[0].value and not app.get("file_uploader")
    monkeypatch.setenv("FER_READ_ONLY", "1")
    app = open_page("film")
    assert READ_ONLY in words(app) and not app.get("file_uploader") and not app.exception


def view(here, shares) -> TimelineView:
    row = checkpoint_view(read_card(here / B))
    times = tuple(float(k) for k in range(len(shares)))
    return TimelineView(row, read_card(here / B).expressions, times, tuple(shares))


def test_strips_are_as_high_as_probabilities_and_open_where_there_is_no_face(here):
    values = np.random.default_rng(0).dirichlet(np.ones(7), 4)
    one = view(here, [tuple(values[0]), None, tuple(values[2]), tuple(values[3])])
    chart = timeline_chart([one], ["B"], 1, 2, "", palette=LIGHT)
    lines = [trace for trace in chart.figure.data if trace.name == "B"]
    for column, line in enumerate(lines):
        heights = [(column + REACH / 2 - y) / REACH for y in line.y if y is not None]
        np.testing.assert_allclose(heights, values[[0, 2, 3], column], atol=1e-9)
        assert line.y[1] is None
    assert [trace.showlegend for trace in lines] == [True] + [False] * 6
    assert [row["seconds"] for row in chart.table] == [0.0, 2.0, 3.0]


def test_the_sentence_counts_answers(here):
    happy, sad = np.eye(7)[3].tolist(), np.eye(7)[4].tolist()
    one = view(here, [tuple(happy), tuple(happy), None, tuple(sad)])
    assert (one.expressions[3], one.expressions[4]) == ("happy", "sad")
    said = film_sentence(TrackView(2, 3, 0.0, 3.0), one, "B")
    assert said == "Face 2 is found in 3 of 4 frames: B sees **happy** in 2 and **sad** in 1."
