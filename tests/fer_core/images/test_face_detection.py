"""Faces are found in photo pixels, largest first, and where there is none, none is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from fer_core.images import face_detection
from fer_core.images.face_detection import find_faces
from fer_core.images.photos import open_photo

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "dashboard" / "assets").glob("sample-*.jpg"))

needs_dlib = pytest.mark.skipif(not face_detection.detector_available(), reason="dlib is not installed; it is optional")


@pytest.fixture
def astronaut() -> Image.Image:
    return open_photo((ROOT / "dashboard" / "assets" / "sample-astronaut.jpg").read_bytes()).image


@needs_dlib
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_photo_shows_exactly_one_face(path):
    assert len(find_faces(open_photo(path.read_bytes()).image)) == 1


@needs_dlib
def test_the_box_holds_both_eyes_and_the_mouth(astronaut):
    (face,) = find_faces(astronaut)
    for x, y in [(206, 112), (245, 113), (225, 152)]:  # read off the photo by eye
        assert face.left < x < face.right and face.top < y < face.bottom
    assert face.score > 0 and 60 < face.right - face.left < 130


@needs_dlib
@pytest.mark.parametrize("factor", [0.5, 4])
def test_boxes_are_in_photo_pixels_whatever_the_detector_saw(astronaut, factor):
    (face,) = find_faces(astronaut)
    (other,) = find_faces(astronaut.resize((round(512 * factor),) * 2, Image.Resampling.BICUBIC))
    center, moved = (((f.left + f.right) / 2, (f.top + f.bottom) / 2) for f in (face, other))
    assert np.array(moved) / factor == pytest.approx(center, abs=12)


@needs_dlib
def test_the_largest_of_several_faces_comes_first(astronaut):
    scene = Image.new("RGB", (1500, 1000), (128, 128, 128))
    scene.paste(astronaut, (0, 0))
    scene.paste(astronaut.resize((1000, 1000)), (500, 0))
    large, small = find_faces(scene)
    assert large.area > small.area and large.left > 500 > small.right


@needs_dlib
def test_weak_boxes_beside_a_clear_face_do_not_count(astronaut, monkeypatch):
    mirrored = ImageOps.mirror(astronaut)  # here the detector also sees a face in the space suit
    assert len(find_faces(mirrored)) == 1
    monkeypatch.setattr(face_detection, "CLEAR_SCORE", face_detection.MIN_SCORE)
    assert len(find_faces(mirrored)) > 1


@needs_dlib
def test_pictures_without_a_face_give_none():
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert find_faces(Image.fromarray(noise)) == []
    assert find_faces(Image.new("RGB", (24, 96))) == []


def test_a_picture_of_at_most_64_px_is_a_face_already(astronaut):
    assert face_detection.is_face_already(astronaut.resize((64, 64))) and find_faces(astronaut.resize((64, 64))) == []
    assert not face_detection.is_face_already(astronaut.resize((65, 64)))


def test_without_dlib_no_face_is_found_and_nothing_fails(astronaut, monkeypatch):
    monkeypatch.setattr(face_detection, "dlib", None)
    assert not face_detection.detector_available() and find_faces(astronaut) == []


@needs_dlib
def test_warming_up_loads_the_detector(monkeypatch):
    face_detection._detector.cache_clear()
    face_detection.warm_up()
    assert face_detection._detector.cache_info().currsize == 1
    monkeypatch.setattr(face_detection, "dlib", None)
    face_detection.warm_up()  # nothing to load, and no error
