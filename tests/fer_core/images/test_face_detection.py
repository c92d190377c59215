"""Faces are found in photo pixels and cut as FER2013 cuts them."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from fer_core.images import face_detection
from fer_core.images.face_detection import Face, ManualCrop, corners, crop, find_faces, manual_crop_around
from fer_core.images.photos import open_photo

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "dashboard" / "assets").glob("sample-*.jpg"))
FER2013_CSV = ROOT / "data" / "fer2013" / "fer2013.csv"

needs_dlib = pytest.mark.skipif(not face_detection.detector_available(), reason="dlib is not installed; it is optional")


@pytest.fixture
def astronaut() -> Image.Image:
    return open_photo((ROOT / "dashboard" / "assets" / "sample-astronaut.jpg").read_bytes()).image


def coordinates(width: int, height: int) -> Image.Image:
    """A picture whose red is x and whose green is y."""
    y, x = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([x, y, 0 * x], axis=2).astype(np.uint8))


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


def test_the_crop_has_the_measured_frame_around_the_box():
    cut = crop(coordinates(250, 250), Face(100, 100, 200, 200, 1.0), margin=1.2)
    assert cut.size == (120, 120)  # 1.2 x 100
    assert cut.getpixel((0, 0)) == (90, 84, 0)  # centre (150, 150 - 0.06 x 100 = 144), minus half a side
    assert cut.getpixel((119, 119)) == (209, 203, 0)


def test_without_a_margin_the_crop_is_fer2013s():
    assert crop(coordinates(250, 250), Face(100, 100, 200, 200, 1.0)).size == (118, 118)


def test_beyond_the_photo_the_border_is_repeated():
    cut = np.asarray(crop(coordinates(100, 100), Face(-20, 0, 80, 100, 1.0), margin=1.0))
    assert cut.shape == (100, 100, 3)
    assert (cut[:, :20, 0] == 0).all() and cut[50, 21, 0] == 1  # x starts at -20
    assert (cut[:6, :, 1] == 0).all() and cut[7, 50, 1] == 1  # y starts at -6


def test_a_cut_by_hand_is_in_thousandths_of_the_photo():
    cut = crop(coordinates(200, 100), ManualCrop(x=500, y=600, side=400))
    assert cut.size == (40, 40)  # 0.4 x the shorter side
    assert cut.getpixel((0, 0)) == (80, 40, 0) and cut.getpixel((39, 39)) == (119, 79, 0)  # around (100, 60)


def test_a_positive_turn_turns_clockwise():
    left_dark = np.full((100, 100, 3), 200, np.uint8)
    left_dark[:, :50] = 10
    cut = np.asarray(crop(Image.fromarray(left_dark), ManualCrop(500, 500, 500, turn=90)))
    assert (cut[:20] == 10).all() and (cut[30:] == 200).all()  # what was on the left is on top


def test_the_corners_lie_where_the_turned_cut_was_taken():
    image = coordinates(250, 250)
    cut = ManualCrop(500, 500, 400, turn=30)
    taken = np.asarray(crop(image, cut)).astype(float)
    (left, top), _, (right, bottom), _ = corners(cut, 250, 250)
    assert taken[0, 0, :2] == pytest.approx((left, top), abs=2)  # a pixel's red and green are its place
    assert taken[-1, -1, :2] == pytest.approx((right, bottom), abs=2)


@pytest.mark.parametrize("turn", [0, 17, -45])
def test_a_cut_beyond_the_photo_repeats_its_border_at_any_turn(turn):
    even = Image.new("RGB", (90, 60), (40, 50, 60))
    assert np.asarray(crop(even, ManualCrop(0, 0, 1000, turn))).reshape(-1, 3).tolist() == [[40, 50, 60]] * 3600


def test_a_cut_around_a_face_is_the_faces_own_crop():
    image, face = coordinates(250, 200), Face(80, 60, 180, 160, 1.0)
    assert manual_crop_around(face, 250, 200) == ManualCrop(x=520, y=520, side=590)  # (130, 110 - 6) and 118 px
    assert crop(image, manual_crop_around(face, 250, 200)).size == crop(image, face).size


def test_no_face_means_the_whole_picture_padded_to_a_square():
    cut = np.asarray(crop(coordinates(60, 100), None))
    assert cut.shape == (100, 100, 3)
    assert np.array_equal(cut[:, 20:80], np.asarray(coordinates(60, 100)))
    assert (cut[:, :20, 0] == 0).all() and (cut[:, 80:, 0] == 59).all()


@needs_dlib
@pytest.mark.skipif(not FER2013_CSV.exists(), reason="needs the real FER2013 at data/fer2013/fer2013.csv")
def test_fer2013_frames_its_faces_as_the_two_constants_say():
    sides, shifts = [], []
    with FER2013_CSV.open() as file:
        for row in islice(csv.DictReader(file), 30):
            pixels = np.array(row["pixels"].split(), np.uint8).reshape(48, 48)
            for size in (176, 190, 204):  # one step of the detector's pyramid, whose grid is coarse
                enlarged = Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC)
                padded = np.pad(np.asarray(enlarged), 64, mode="edge")
                for face in find_faces(Image.fromarray(padded))[:1]:
                    box_side = (face.right - face.left + face.bottom - face.top) / 2
                    sides.append(size / box_side)
                    shifts.append((64 + size / 2 - (face.top + face.bottom) / 2) / box_side)
    assert np.median(sides) == pytest.approx(face_detection.FRAME_PER_BOX, abs=0.1)
    assert np.median(shifts) == pytest.approx(face_detection.FRAME_SHIFT_Y, abs=0.05)
