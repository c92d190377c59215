"""A face is cut as FER2013 cuts faces, and its crop says what it is by its pixels."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import FrozenInstanceError, replace
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_core.images import face_crop, face_detection, square
from fer_core.images.face_crop import CropSpec, FacePhoto, LevelEyes, ManualCrop, read_face_photo
from fer_core.images.face_detection import CENTERFACE, DLIB, Face, find_faces
from fer_core.images.photos import open_photo

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "dashboard" / "assets" / "sample-astronaut.jpg"
FER2013_CSV = ROOT / "data" / "fer2013" / "fer2013.csv"
FACES = (Face(100, 100, 200, 200, 1.0), Face(30, 40, 90, 100, 0.5))

needs_detector = pytest.mark.skipif(not face_detection.detectors(), reason="no face detector is installed")


def cut_square(image: Image.Image, where: Face | ManualCrop) -> Image.Image:
    return square.cut(image, square.framed(where) if isinstance(where, Face) else where.square(*image.size))


def coordinates(width: int, height: int) -> Image.Image:
    """A picture whose red is x and whose green is y."""
    y, x = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([x, y, 0 * x], axis=2).astype(np.uint8))


@pytest.fixture
def photo(monkeypatch) -> FacePhoto:
    """A photo whose pixels are their own coordinates, with two faces."""
    monkeypatch.setattr(face_crop, "find_faces", lambda image: list(FACES))
    file = BytesIO()
    coordinates(250, 220).save(file, "PNG")
    return read_face_photo(file.getvalue())


def test_a_photo_is_opened_once_with_its_hash_and_its_faces(photo):
    assert photo.faces == FACES and photo.image.size == (250, 220) and not photo.is_face_already
    file = BytesIO()
    coordinates(250, 220).save(file, "PNG")
    assert photo.sha256 == hashlib.sha256(file.getvalue()).hexdigest()
    assert photo.source.format == "PNG" and photo.detector == next(iter(face_detection.detectors()), None)


@needs_detector
def test_the_samples_face_is_found_and_cut():
    photo = read_face_photo(SAMPLE.read_bytes())
    (face,) = find_faces(open_photo(SAMPLE.read_bytes()).image)
    assert photo.faces == (face,)
    assert np.array_equal(photo.crop(0).pixels, np.asarray(cut_square(photo.image, face)))


@pytest.mark.parametrize(
    ("spec", "where", "description"),
    [
        (0, FACES[0], "face 1 of 2, numbered by size"),
        (1, FACES[1], "face 2 of 2, numbered by size"),
        (ManualCrop(500, 500, 400, 20), ManualCrop(500, 500, 400, 20), "a square cut by hand"),
    ],
)
def test_a_crop_holds_the_pixels_of_its_place_and_their_hash(photo, spec: CropSpec, where, description):
    crop = photo.crop(spec)
    assert np.array_equal(crop.pixels, np.asarray(cut_square(photo.image, where)))
    assert np.array_equal(np.asarray(crop.image), crop.pixels) and crop.image.mode == "RGB"
    assert crop.sha256 == hashlib.sha256(crop.pixels.tobytes()).hexdigest()
    assert (crop.spec, crop.photo, crop.description) == (spec, photo, description)


def test_a_face_with_level_eyes_is_a_crop_of_that_face_turned(photo, monkeypatch):
    turned = square.Square(150, 140, 80, 30)
    monkeypatch.setattr(face_crop, "levelled", lambda image, face: turned if face == FACES[1] else None)
    crop = photo.crop(LevelEyes(1))
    assert np.array_equal(crop.pixels, np.asarray(square.cut(photo.image, turned)))
    assert crop.face == 1 and crop.description == "face 2 of 2, numbered by size, eyes level"
    assert photo.crop(1).face == 1 and photo.crop(None).face is None


def test_crops_are_equal_if_their_pixels_are(photo):
    by_hand = photo.crop(ManualCrop.over(square.framed(FACES[0]), 250, 220))
    assert by_hand == photo.crop(0) and hash(by_hand) == hash(photo.crop(0))  # found or cut by hand, the same square
    assert photo.crop(0) != photo.crop(1) != photo.crop(None)
    assert len({photo.crop(0), photo.crop(0), photo.crop(1)}) == 2


def test_nothing_changes_a_crop(photo):
    crop = photo.crop(0)
    with pytest.raises(ValueError, match="read-only"):
        crop.pixels[0, 0] = 0
    with pytest.raises(FrozenInstanceError):
        crop.sha256 = ""


def test_the_crop_has_the_measured_frame_around_the_box():
    cut = cut_square(coordinates(250, 250), Face(100, 100, 200, 200, 1.0))
    assert cut.size == (118, 118)  # 1.18 x 100
    assert cut.getpixel((0, 0)) == (91, 85, 0)  # centre (150, 150 - 0.06 x 100 = 144), minus half a side
    assert cut.getpixel((117, 117)) == (208, 202, 0)


def test_beyond_the_photo_the_border_is_repeated():
    cut = np.asarray(cut_square(coordinates(100, 100), Face(-20, 0, 80, 100, 1.0)))
    assert cut.shape == (118, 118, 3)
    assert (cut[:, :29, 0] == 0).all() and cut[50, 30, 0] == 1  # x starts at 30 - 59 = -29
    assert (cut[:15, :, 1] == 0).all() and cut[16, 50, 1] == 1  # y starts at 44 - 59 = -15


def test_a_cut_by_hand_is_in_thousandths_of_the_photo():
    cut = cut_square(coordinates(200, 100), ManualCrop(x=500, y=600, side=400))
    assert cut.size == (40, 40)  # 0.4 x the shorter side
    assert cut.getpixel((0, 0)) == (80, 40, 0) and cut.getpixel((39, 39)) == (119, 79, 0)  # around (100, 60)


def test_a_positive_turn_turns_clockwise():
    left_dark = np.full((100, 100, 3), 200, np.uint8)
    left_dark[:, :50] = 10
    cut = np.asarray(cut_square(Image.fromarray(left_dark), ManualCrop(500, 500, 500, turn=90)))
    assert (cut[:20] == 10).all() and (cut[30:] == 200).all()  # what was on the left is on top


def test_the_corners_lie_where_the_turned_cut_was_taken():
    image = coordinates(250, 250)
    cut = ManualCrop(500, 500, 400, turn=30)
    taken = np.asarray(cut_square(image, cut)).astype(float)
    (left, top), _, (right, bottom), _ = cut.square(250, 250).corners
    assert taken[0, 0, :2] == pytest.approx((left, top), abs=2)  # a pixel's red and green are its place
    assert taken[-1, -1, :2] == pytest.approx((right, bottom), abs=2)


@pytest.mark.parametrize("turn", [0, 17, -45])
def test_a_cut_beyond_the_photo_repeats_its_border_at_any_turn(turn):
    even = Image.new("RGB", (90, 60), (40, 50, 60))
    assert np.asarray(cut_square(even, ManualCrop(0, 0, 1000, turn))).reshape(-1, 3).tolist() == [[40, 50, 60]] * 3600


def test_a_cut_around_a_face_is_the_faces_own_crop():
    image, own = coordinates(250, 200), square.framed(Face(80, 60, 180, 160, 1.0))
    by_hand = ManualCrop.over(own, 250, 200)
    assert by_hand == ManualCrop(x=520, y=520, side=590)  # (130, 110 - 6) and 118 px
    assert np.array_equal(np.asarray(cut_square(image, by_hand)), np.asarray(square.cut(image, own)))
    assert ManualCrop.over(square.Square(-9, 300, 300, -12.6), 250, 200) == ManualCrop(0, 1000, 1000, -13)


def test_a_dragged_box_gives_exactly_its_pixels_and_a_long_one_is_made_square(photo):
    for box, left, top, side in (((50, 33, 150, 133), 50, 33, 100), ((50, 44, 150, 88), 50, 16, 100)):
        crop = photo.crop(ManualCrop.over(square.around_box(*box), 250, 220))
        assert np.array_equal(crop.pixels, np.asarray(photo.image)[top : top + side, left : left + side])
        assert crop.box == (left, top, left + side, top + side) and crop.is_by_hand


@pytest.mark.parametrize(("turn", "quarters"), [(90, -1), (180, 2), (-90, 1), (0, 0)])
def test_a_quarter_turn_is_that_of_numpy(photo, turn, quarters):
    upright = photo.crop(ManualCrop(500, 500, 400)).pixels
    assert np.array_equal(photo.crop(ManualCrop(500, 500, 400, turn)).pixels, np.rot90(upright, quarters))


def test_an_added_face_comes_after_those_that_were_found(photo):
    by_hand = ManualCrop(700, 600, 300, -10)
    more = photo.with_added((by_hand,))
    crop = more.crop(2)
    assert (more.n_faces, crop.face, crop.is_by_hand) == (3, 2, True) and crop == photo.crop(by_hand)
    assert crop.description == "face 3 of 3, cut by hand"
    assert [more.spec_of(place, has_level_eyes=True) for place in (0, 2)] == [0, 2]  # no landmarks are known of either
    assert more.crop(1).box == (30, 40, 90, 100) and not more.crop(1).is_by_hand


def test_landmarks_are_told_where_they_lie_in_the_crop(photo, monkeypatch):
    points = ((120.0, 140.0), (180.0, 170.0), (150.0, 160.0), (130.0, 180.0), (170.0, 180.0))
    read = replace(photo, faces=(Face(100, 100, 200, 200, 0.9, CENTERFACE, points),))
    monkeypatch.setattr(face_crop, "levelled", lambda image, face: square.Square(150, 150, 80, -20))
    assert read.spec_of(0, has_level_eyes=True) == LevelEyes(0)
    for spec in (0, LevelEyes(0)):
        crop = read.crop(spec)
        for (x, y), told in zip(points, crop.landmarks, strict=True):
            column, row = (min(max(round(at - 0.5), 0), len(crop.pixels) - 1) for at in told)
            assert crop.pixels[row, column, :2] == pytest.approx((x, y), abs=2)  # pixels tell their place
    assert read.crop(None).landmarks == () == read.crop(ManualCrop(500, 500, 400)).landmarks


def test_no_face_means_the_whole_picture_padded_to_a_square():
    file = BytesIO()
    coordinates(60, 100).save(file, "PNG")
    cut = read_face_photo(file.getvalue()).crop(None).pixels
    assert cut.shape == (100, 100, 3)
    assert np.array_equal(cut[:, 20:80], np.asarray(coordinates(60, 100)))
    assert (cut[:, :20, 0] == 0).all() and (cut[:, 80:, 0] == 59).all()


@pytest.mark.parametrize("detector", [DLIB, CENTERFACE])
@pytest.mark.skipif(not FER2013_CSV.exists(), reason="needs the real FER2013 at data/fer2013/fer2013.csv")
def test_fer2013_frames_its_faces_as_the_detectors_constants_say(detector):
    if detector not in face_detection.detectors():
        pytest.skip(f"{detector} is not installed; it is optional")
    sides, shifts = [], []
    with FER2013_CSV.open() as file:
        for row in islice(csv.DictReader(file), 30):
            pixels = np.array(row["pixels"].split(), np.uint8).reshape(48, 48)
            for size in (176, 190, 204):  # one step of the detector's pyramid, whose grid is coarse
                enlarged = Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC)
                padded = np.pad(np.asarray(enlarged), 64, mode="edge")
                for face in find_faces(Image.fromarray(padded), detector)[:1]:
                    box_side = (face.right - face.left + face.bottom - face.top) / 2
                    sides.append(size / box_side)
                    shifts.append((64 + size / 2 - (face.top + face.bottom) / 2) / box_side)
    assert np.median(sides) == pytest.approx(square.FRAMINGS[detector].side, abs=0.1)
    assert np.median(shifts) == pytest.approx(square.FRAMINGS[detector].shift_y, abs=0.05)
