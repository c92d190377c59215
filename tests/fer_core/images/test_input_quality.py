"""A face unlike those that networks learned from is called so, and no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from support.paths import data_root, needs_data

from fer_core.data import open_dataset
from fer_core.images import input_quality as bounds
from fer_core.images.input_quality import brightness, quality_warnings, sharpness

SAMPLE = Path(__file__).resolve().parents[3] / "dashboard" / "assets" / "sample-astronaut.jpg"


def face() -> Image.Image:
    return Image.open(SAMPLE).crop((171, 77, 278, 184))  # read off the photo by eye


def test_the_sample_face_is_familiar():
    assert quality_warnings(face()) == []


@pytest.mark.parametrize(
    ("strange", "word"),
    [
        (face().point(lambda value: value // 4), "darker than 99 of 100 faces"),
        (face().filter(ImageFilter.GaussianBlur(8)), "more blurred than 99 of 100 faces"),
        (face().resize((30, 30)), "only 30 px a side; the networks learned from 48 px"),
    ],
    ids=["dark", "blurred", "small"],
)
def test_dark_blurred_and_small_faces_are_called_so(strange, word):
    (sentence,) = quality_warnings(strange)
    assert word in sentence


def test_sharpness_does_not_depend_on_brightness_or_contrast():
    grey = np.random.default_rng(0).uniform(0, 100, (48, 48)).astype(np.float32)
    assert sharpness(2 * grey + 50) == pytest.approx(sharpness(grey), rel=1e-4)
    assert sharpness(np.full((48, 48), 7.0, np.float32)) == 0


def test_sharpness_of_a_checkerboard_is_eight_over_its_deviation():
    board = (np.indices((48, 48)).sum(0) % 2 * 100).astype(np.float32)
    # Each pixel differs by 100 from its four neighbours, so |Laplacian| = 400; the deviation is 50.
    assert (sharpness(board), brightness(board)) == (8, 50)


@needs_data
def test_the_bounds_are_first_percentiles_of_fer2013s_training_rows():
    rows = open_dataset("fer2013", data_root()).subset("Training").images[::10].astype(np.float32)
    assert np.mean([brightness(row) < bounds.DARK for row in rows]) == pytest.approx(0.01, abs=0.005)
    assert np.mean([sharpness(row) < bounds.BLURRED for row in rows]) == pytest.approx(0.01, abs=0.005)
