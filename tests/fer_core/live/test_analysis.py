"""A camera's pictures: faces where they are, also between searches; answers as a photo's; means of the past only."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from support.checkpoints import A, B
from support.photos import needs_detector

from benchmarks.face_scenes import moving_face
from fer_core.films.tracking import overlap
from fer_core.images.face_crop import searched
from fer_core.images.face_detection import Face, find_faces
from fer_core.images.photos import Photo, Source
from fer_core.inference.predictor import Prediction, Predictor
from fer_core.live import analysis
from fer_core.live.analysis import GATES, GRAD_CAM, AnalysisOptions, FrameAnalyzer
from fer_core.live.drawing import GROUND, LARGEST, drawn
from fer_core.live.nearby import find_nearby, region

SPACE = Image.new("RGB", (200, 100), "grey")
BOX = Face(50, 20, 90, 60, 0.9)


def box(face: Face) -> np.ndarray:
    return np.array([face.left, face.top, face.right, face.bottom], np.float64)


class Scripted:
    """A network that gives these probabilities of "happy", one picture after the other."""

    def __init__(self, *shares: float):
        self.card = SimpleNamespace(name="scripted")
        self._shares: Iterator[float] = iter(shares)

    def predict(self, crop: np.ndarray) -> Prediction:
        share = next(self._shares)
        return Prediction(np.array([share, 1 - share]), ("happy", "sad"))


@pytest.fixture
def searches(monkeypatch) -> list[str]:
    """Which kinds of search were made; each finds BOX."""
    made: list[str] = []
    monkeypatch.setattr(analysis, "find_faces", lambda image: made.append("all") or [BOX])
    monkeypatch.setattr(analysis, "find_nearby", lambda image, known: made.append("nearby") or [BOX])
    return made


def happy(analyzer: FrameAnalyzer, time_s: float) -> float:
    (seen,) = analyzer.analyze(SPACE, time_s).faces
    return float(seen.answers["scripted"].probabilities[0])


def test_everything_is_searched_twice_a_second_and_at_once_when_a_face_is_missing(searches, monkeypatch):
    analyzer = FrameAnalyzer([], AnalysisOptions())
    for time_s in (0.0, 0.1, 0.4, 0.5, 0.6):
        analyzer.analyze(SPACE, time_s)
    assert searches == ["all", "nearby", "nearby", "all", "nearby"]
    monkeypatch.setattr(analysis, "find_nearby", lambda image, known: [])
    assert len(analyzer.analyze(SPACE, 0.7).faces) == 1 and searches[-1] == "all"
    monkeypatch.setattr(analysis, "find_faces", lambda image: searches.append("none") or [])
    assert [len(analyzer.analyze(SPACE, time_s).faces) for time_s in (0.8, 0.9, 1.2, 1.3)] == [0, 0, 0, 0]
    assert searches[-3:] == ["all", "none", "none"]  # at 0.8 and 1.3: an empty picture is not searched more often


def test_a_mean_is_of_the_last_second_only(searches):
    analyzer = FrameAnalyzer([Scripted(0.0, 0.6, 0.9, 0.3)], AnalysisOptions(smooth_s=1.0))
    assert [happy(analyzer, time_s) for time_s in (0.0, 0.8, 1.2, 9.0)] == pytest.approx([0.0, 0.3, 0.75, 0.3])
    plain = FrameAnalyzer([Scripted(0.0, 0.6)], AnalysisOptions())
    assert [happy(plain, time_s) for time_s in (0.0, 0.1)] == [0.0, 0.6]


def test_the_region_holds_every_face_with_room_and_stays_in_the_picture():
    assert region((640, 480), [Face(100, 100, 200, 200, 1.0)]) == (40, 40, 260, 260)
    far = Face(600, 400, 640, 480, 1.0)
    assert region((640, 480), [Face(100, 100, 200, 200, 1.0), far]) == (40, 40, 640, 480)


@needs_detector
def test_a_walking_face_is_found_nearby_where_a_search_of_everything_finds_it():
    pictures = list(moving_face(12))
    known = find_faces(pictures[0])
    assert len(known) == 1
    for picture in pictures[1:]:
        (whole,), (near,) = find_faces(picture), find_nearby(picture, known)
        assert overlap(box(whole), box(near)) > 0.8
        assert np.abs(np.subtract(whole.landmarks, near.landmarks)).max(initial=0) < 8
        known = [near]


@needs_detector
def test_answers_are_those_of_a_photo_and_the_map_is_made_anew_each_second(shelf):
    predictors = [Predictor(shelf / A), Predictor(shelf / B)]
    analyzer, picture = FrameAnalyzer(predictors, AnalysisOptions(map=GRAD_CAM)), next(moving_face(4))
    analysis = analyzer.analyze(picture, 0.0)
    photo = searched(Photo(picture, (), Source("film", "RGB", picture.size, picture.size, 1)), sha256="")
    for predictor in predictors:
        expected = predictor.predict(photo.crop(0).pixels).probabilities
        np.testing.assert_array_equal(analysis.faces[0].answers[predictor.card.name].probabilities, expected)
    assert analysis.map.picture.shape[2] == 3 and np.ptp(analysis.map.picture) > 0
    assert analyzer.analyze(picture, 0.5).map is analysis.map
    assert analyzer.analyze(picture, 1.0).map is not analysis.map
    assert analyzer.analyze(Image.new("RGB", (640, 480)), 2.0).map is None


@needs_detector
def test_a_network_without_gates_says_so(shelf):
    picture = next(moving_face(4))
    shown = {
        name: FrameAnalyzer([Predictor(shelf / name)], AnalysisOptions(map=GATES)).analyze(picture, 0.0).map
        for name in (A, B)
    }
    assert shown[A].picture is not None and shown[A].expression == ""
    assert shown[B].picture is None and "no attention modules" in shown[B].reason


def test_boxes_and_words_are_drawn_over_a_copy(searches):
    analysis = FrameAnalyzer([Scripted(0.87)], AnalysisOptions()).analyze(SPACE, 0.0)
    picture = drawn(analysis, {"scripted": "Scripted"}, 14.2)
    ground, bright = (tuple(int(color[k : k + 2], 16) for k in (1, 3, 5)) for color in (GROUND, LARGEST))
    assert picture.getpixel((BOX.left, BOX.top)) == bright
    assert picture.getpixel((2, 2)) == ground and picture.getpixel((150, 10)) == (128, 128, 128)
    assert np.ptp(np.asarray(SPACE)) == 0  # the look's own picture, which a photo is made of, stays as it was
