"""The player page: a face or a hand chooses among this server's songs, and no other file is ever read."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.app_driver import open_page, words
from support.checkpoints import B
from support.songs import write_songs

from dashboard.pages.player.data import KEPT, Player
from fer_core.images.face_detection import Face
from fer_core.live.analysis import FrameAnalysis, TrackedFace

pytest.importorskip("streamlit_webrtc", reason="it is not installed (requirements-camera.txt)")


@pytest.fixture
def music(here, tmp_path, monkeypatch) -> str:
    monkeypatch.setenv("FER_MUSIC", str(write_songs(tmp_path / "music")))
    return str(tmp_path / "music")


def analysis_of(time_s: float, *expressions: str) -> FrameAnalysis:
    """What was seen: these expressions, on the largest face first."""
    answers = [{B: SimpleNamespace(expression=expression, probabilities=np.ones(1))} for expression in expressions]
    faces = [TrackedFace(Face(0, 0, 9, 9, 1.0), place, answer) for place, answer in enumerate(answers, 1)]
    return FrameAnalysis(Image.new("RGB", (9, 9)), time_s, tuple(faces), None)


def playing(app: AppTest) -> Player:
    return app.session_state[KEPT]


def test_without_a_folder_the_page_says_the_command(here, monkeypatch):
    monkeypatch.delenv("FER_MUSIC", raising=False)
    app = open_page("player")
    assert app.code[0].value == "fer player --music FOLDER" and "demonstration" in words(app)
    assert not app.exception and not app.selectbox


def test_a_folder_that_is_none_is_a_sentence(here, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_MUSIC", str(tmp_path / "none"))
    app = open_page("player")
    assert "is not there" in app.info[0].value and not app.selectbox and not app.exception
    shown = [element.value for kind in ("info", "markdown", "code") for element in app.get(kind)]
    assert not any(str(tmp_path) in sentence for sentence in shown)


def test_a_folder_without_moods_is_told_by_its_name_alone(here, tmp_path, monkeypatch):
    (tmp_path / "silent").mkdir()
    monkeypatch.setenv("FER_MUSIC", str(tmp_path / "silent"))
    (error,) = open_page("player").error
    assert error.value.startswith("silent holds no song with a mood")


def test_the_largest_face_chooses_once_its_expression_has_held(music):
    app = open_page("player", a=B, hold="2")
    assert "No song** plays yet" in words(app) and not app.get("audio") and not app.exception
    for time_s in (0.0, 0.9, 1.8, 2.1):
        playing(app).saw(analysis_of(time_s, "happy", "sad"))
    app.run()
    assert "**happy.wav** plays, a song for happy; the face chose it." in words(app)
    (audio,) = app.get("audio")
    assert audio.proto.autoplay and audio.proto.loop and audio.proto.url.endswith(".wav")
    for time_s in (2.5, 3.0):
        playing(app).saw(analysis_of(time_s))
    assert playing(app).now().seen is None and playing(app).now().song == "happy.wav"


def test_a_hand_chooses_until_it_lets_go(music):
    app = open_page("player", a=B, hold="1")
    app.selectbox(key="song").set_value("sad.wav").run()
    assert "**sad.wav** plays, a song for sad; chosen by hand." in words(app)
    assert app.query_params["song"] in ("sad.wav", ["sad.wav"])
    for time_s in (1e9, 1e9 + 0.9, 1e9 + 1.8):
        playing(app).saw(analysis_of(time_s, "happy"))
    assert playing(app).now().song == "sad.wav"
    app.selectbox(key="song").set_value("face").run()
    assert playing(app).now().song == "sad.wav" and not playing(app).now().is_held


def test_no_address_reads_a_file_that_is_no_song_of_the_folder(music):
    app = open_page("player", song="../../../etc/passwd")
    assert any("which is not here" in element.value for element in app.info)
    assert not app.get("audio") and not app.exception
