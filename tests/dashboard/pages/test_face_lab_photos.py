"""The face lab's way in: photos, faces, cuts by hand, the table of all faces and every step to the input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor
from support.app_driver import blocks, open_page, words
from support.checkpoint import INPUT
from support.checkpoints import A, B
from support.photos import SAMPLE, as_stored, needs_centerface, needs_detector, png, quadrants, two_faces, uploaded

from dashboard.pages.face_lab.crop_data import outlined, with_landmarks
from dashboard.pages.face_lab.preprocessing_data import UNTURN
from dashboard.store.photos import CHOSEN
from fer_core.images import face_detection, photos
from fer_core.images.eye_alignment import roll
from fer_core.images.face_crop import LevelEyes, read_face_photo
from fer_core.images.face_detection import CENTERFACE, Face
from fer_core.images.preprocessing import to_input
from fer_core.inference.predictor import Prediction, Predictor

pytestmark = pytest.mark.usefixtures("without_maps")


def predictions(folder, photo: bytes) -> list[Prediction]:
    """What a checkpoint says of each face of a photo, without the app."""
    opened, predictor = read_face_photo(photo), Predictor(folder)
    return [predictor.predict(opened.crop(place).pixels) for place in range(len(opened.faces))]


def test_a_camera_snapshot_is_a_photo(here):
    app = open_page("face_lab", photo="camera", networks=B)
    assert "take the sample" in app.info[0].value
    app.camera_input[0].set_value(("snapshot.jpg", SAMPLE.read_bytes(), "image/jpeg")).run()
    assert not app.exception
    assert "512 × 512 px." in words(app)


def test_several_photos_make_a_strip_to_choose_from(here):
    files = ("face.jpg", SAMPLE.read_bytes()), ("grey.png", png(Image.new("RGB", (200, 300), "grey"))), ("x.jpg", b"x")
    app = uploaded(*files, networks=B)
    assert not app.exception
    assert "1 of 3: face.jpg" in words(app) and "3: The file is" in words(app)
    app.segmented_control(key="of").set_value("2").run()
    assert "200 × 300 px." in words(app)
    app.segmented_control(key="of").set_value("3").run()
    assert "not a picture" in app.error[0].value and not app.exception


@needs_detector
def test_every_face_is_answered_by_every_network(here):
    app = uploaded(("two.png", two_faces()), networks=[A, B], face="2")
    assert not app.exception
    (table,) = [block for block in blocks(app) if "Every face with" in block]
    assert table.count('alt="Face') == 2 and "<small>chosen</small>" in table.split('alt="Face 2 of two.png"')[1]
    rows = table.split("<tr>")[2:]
    for name in (A, B):
        for row, prediction in zip(rows, predictions(here / name, two_faces()), strict=True):
            assert f"{prediction.expression} {100 * prediction.probabilities.max():.0f}\xa0%" in row


@needs_detector
def test_one_face_needs_no_table(here):
    assert "Every face" not in words(open_page("face_lab", networks=B))


@needs_detector
def test_a_dark_face_is_called_dark_and_its_bright_twin_is_not(here):
    app = uploaded(("two.png", two_faces()), networks=B)
    found = face_detection.find_faces(photos.open_photo(two_faces()).image)
    dark = next(str(place) for place, face in enumerate(found, 1) if face.left > 512)
    shown = {place: app.segmented_control(key="face").set_value(place).run().warning for place in "12"}
    assert "darker than 99 of 100" in shown.pop(dark)[0].value
    assert [len(warnings) for warnings in shown.values()] == [0]


def test_a_cut_by_hand_comes_from_the_address(here):
    address = {"face": "hand", "cut_x": "440", "cut_y": "255", "cut_side": "200", "cut_turn": "-10"}
    app = open_page("face_lab", networks=B, **address)
    assert not app.exception and not app.info
    assert "by hand, turned by −10°; 102 × 102 px" in words(app)  # 0.2 x 512


def test_foreign_cuts_in_the_address_are_named_and_left_out(here):
    app = open_page("face_lab", networks=B, face="hand", cut_x="1001", cut_side="<b>", cut_turn="-181")
    assert not app.exception and not app.error
    assert sum("which is not here" in element.value for element in app.info) == 3


@needs_detector
def test_a_cut_by_hand_starts_at_the_largest_face(here):
    app = open_page("face_lab", networks=B, face="hand")
    photo = read_face_photo(SAMPLE.read_bytes())
    square = photo.crop(photo.spec_of(0, has_level_eyes=True)).square
    held = [app.number_input(key=key).value for key in ("cut_x", "cut_y", "cut_side")]
    assert [value * 0.512 for value in held] == pytest.approx([square.x, square.y, square.side], abs=0.3)
    assert app.slider(key="cut_turn").value == round(square.turn)  # what the eye alignment found
    assert not any(key.startswith("cut") for key in app.query_params)


@needs_detector
def test_without_a_face_a_cut_by_hand_is_offered(here):
    drawn = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    app = uploaded(("noise.png", png(drawn)), networks=B)
    assert "found no face" in app.warning[0].value and "Normalised" not in words(app)
    assert "No network is asked yet: choose under the photo" in words(app)
    app.segmented_control(key="whole").set_value("hand").run()
    assert not app.exception
    assert "by hand; 200 × 200 px" in words(app) and "No network is asked yet" not in words(app)


@needs_detector
def test_every_step_has_its_size_and_range(here):
    shown = words(open_page("face_lab", networks=[A, B], given=B))
    (face,) = read_face_photo(SAMPLE.read_bytes()).faces
    read = ["Landmarks read"] if face.landmarks else []
    titles = ["Decoded", "Upright", "Searched for faces", *read, "Cut out", "Grey", "Resized", "Normalised, the in"]
    assert all(f"**{number}. {title}" in shown for number, title in enumerate(titles, 1))
    assert "JPEG, 512 × 512 px, RGB" in shown and "bicubic; 48 × 48 px, " in shown
    assert "(x / 255 − 0.5) / 0.25; 3 equal × 48 × 48, float32, " in shown  # sample_checkpoint.INPUT
    assert ("Where the eyes are is not known" in shown) is not bool(face.landmarks)


@needs_centerface
def test_level_eyes_are_cut_as_fer_predict_cuts_them_and_the_angle_is_told(here):
    tilted = png(Image.open(SAMPLE).rotate(-20, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128)))
    photo = read_face_photo(tilted)
    turn = f"{photo.crop(LevelEyes(0)).square.turn:.0f}".replace("-", "−")
    lying = words(uploaded(("tilted.png", tilted), networks=B))
    level = words(uploaded(("tilted.png", tilted), networks=B, level_eyes="yes"))
    tilt = f"{roll(photo.faces[0]):.0f}".replace("-", "−")
    assert f"eyes tilted by {tilt}°, left as they lie" in lying and "Cut out and turned" not in lying
    assert f"eyes read at {tilt}°, turned by {turn}°" in level and "frames it, eyes level" in level


def test_landmarks_are_dots_where_they_were_read():
    points = ((40.0, 40.0), (80.0, 44.0), (60.0, 60.0), (45.0, 80.0), (75.0, 80.0))
    grey = Image.new("RGB", (200, 200), (90, 90, 90))
    file = read_face_photo(png(grey))
    photo = replace(file, faces=(Face(20, 20, 100, 100, 0.9, CENTERFACE, points),))
    crop, gold = photo.crop(0), ImageColor.getrgb(CHOSEN)
    on_photo, on_crop = outlined(photo, crop), with_landmarks(crop)
    assert {on_photo.getpixel((round(x), round(y))) for x, y in points} == {gold}
    assert {on_crop.getpixel((round(x), round(y))) for x, y in crop.landmarks} == {gold}
    assert with_landmarks(photo.crop(None)).getcolors() == [(200 * 200, (90, 90, 90))]


@needs_detector
def test_the_last_step_tells_the_range_of_the_networks_own_input(here):
    array = to_input(read_face_photo(SAMPLE.read_bytes()).crop(0).pixels, INPUT)
    told = f"float32, {array.min():.2f} to {array.max():.2f}".replace("-", "−")
    assert told in words(open_page("face_lab", networks=B))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_first_step_shows_the_photo_as_it_was_stored(orientation):
    upright = photos.turned(as_stored(orientation), orientation)
    assert np.array_equal(np.asarray(upright), quadrants())
    again = photos.turned(upright, UNTURN.get(orientation, orientation))
    assert np.array_equal(np.asarray(again), np.asarray(as_stored(orientation)))


@needs_detector
def test_all_eight_orientations_give_one_prediction(here):
    upright = Image.open(SAMPLE)
    answers = []
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = photos.turned(upright, UNTURN.get(orientation, orientation))
        (answer,) = predictions(here / B, png(stored, exif=exif))
        answers.append(answer.probabilities.tolist())
    assert answers == answers[:1] * 8
