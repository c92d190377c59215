"""Tilted faces come out with level eyes, framed as the same face upright is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from support.photos import SAMPLE, needs_centerface

from fer_core.images import eye_alignment
from fer_core.images.eye_alignment import LEVEL, levelled, roll
from fer_core.images.face_detection import CENTERFACE, Face, find_faces
from fer_core.images.square import Square, cut, framed


def tilted(degrees: float) -> Image.Image:
    """The sample with its content turned clockwise."""
    return Image.open(SAMPLE).convert("RGB").rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))


@needs_centerface
@pytest.mark.parametrize("degrees", [-45, -20, 20, 45])
def test_eyes_of_a_tilted_face_come_out_level_and_the_same_size(degrees):
    (upright,) = find_faces(tilted(0))
    image = tilted(degrees)
    (face,) = find_faces(image)
    square = levelled(image, face)
    assert square.turn == pytest.approx(-degrees - roll(upright), abs=6)
    assert square.side == pytest.approx(framed(upright).side, rel=0.12)
    (again,) = find_faces(cut(image, Square(square.x, square.y, 3 * square.side, square.turn)))
    assert abs(roll(again)) < LEVEL + 4  # the same face is read a few degrees differently at another size


@needs_centerface
def test_reading_again_finds_more_tilt_than_the_first_reading(monkeypatch):
    image = tilted(45)
    (face,) = find_faces(image)
    three = levelled(image, face).turn
    monkeypatch.setattr(eye_alignment, "MOST_TURNS", 1)
    assert abs(three) > abs(levelled(image, face).turn) + 2


def test_a_face_without_landmarks_is_framed_as_it_lies():
    face = Face(100, 100, 200, 200, 1.0)
    assert levelled(Image.new("RGB", (300, 300)), face) == framed(face)


def test_a_face_with_level_eyes_is_not_turned():
    points = ((120.0, 140.0), (180.0, 141.0), (150.0, 160.0), (130.0, 180.0), (170.0, 180.0))
    face = Face(100, 100, 200, 200, 0.9, CENTERFACE, points)
    assert roll(face) == pytest.approx(np.degrees(np.arctan(1 / 60)))
    assert levelled(Image.new("RGB", (300, 300)), face) == framed(face)


@pytest.mark.parametrize("turn", [0, 30, -75])
def test_a_square_inside_a_turned_one_is_found_again_in_the_photo(turn):
    y, x = np.mgrid[:300, :300]
    photo = Image.fromarray(np.stack([x % 256, y % 256, 0 * x], axis=2).astype(np.uint8))
    around = Square(150, 140, 120, turn)
    inner = Square(70, 45, 30)
    seen = np.asarray(cut(cut(photo, around), inner)).astype(int)
    back = np.asarray(cut(photo, eye_alignment._in_photo(inner, around))).astype(int)
    assert np.abs(seen - back)[2:-2, 2:-2].max() <= 2  # pixels tell their place
