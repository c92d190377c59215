"""Changes of pictures by hand, on arrays small enough to count."""

from __future__ import annotations

import numpy as np
import pytest
from support.paths import toy_faces

from fer_core.errors import ConfigError
from fer_core.robustness import corruptions
from fer_core.robustness.corruptions import BASE_PX, CORRUPTIONS, SEVERITIES, corrupt, corrupt_all, mirror

GREY = toy_faces(6).images
COLOUR = np.random.default_rng(1).integers(0, 256, (3, 48, 48, 3)).astype(np.uint8)
RNG = np.random.default_rng(0)


def flat(value: int, n: int = 1, side: int = BASE_PX) -> np.ndarray:
    return np.full((n, side, side), value, np.uint8)


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("pictures", (GREY, COLOUR), ids=("grey", "colour"))
def test_every_change_keeps_shape_and_type_and_leaves_its_input_alone(name, pictures):
    before = pictures.copy()
    assert np.array_equal(corrupt_all(pictures, name, 0), pictures)
    for severity in SEVERITIES:
        changed = corrupt_all(pictures, name, severity)
        assert (changed.shape, changed.dtype) == (pictures.shape, np.uint8)
        assert (changed != pictures).any()
    assert np.array_equal(pictures, before)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_more_severity_is_further_away(name):
    away = [np.abs(corrupt_all(GREY, name, one).astype(int) - GREY).mean() for one in (0, *SEVERITIES)]
    assert away == sorted(away)
    assert len(CORRUPTIONS[name].levels) == len(SEVERITIES)


@pytest.mark.parametrize("name", ("noise", "rotation"))
def test_the_same_seed_draws_the_same_change(name):
    assert np.array_equal(corrupt_all(GREY, name, 3), corrupt_all(GREY, name, 3))
    assert not np.array_equal(corrupt_all(GREY, name, 3, seed=1), corrupt_all(GREY, name, 3, seed=2))


def test_one_picture_is_a_batch_of_one():
    for name in CORRUPTIONS:
        assert np.array_equal(corrupt(GREY[0], name, 2), corrupt_all(GREY[:1], name, 2)[0])


def test_mirror_by_hand():
    assert mirror(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)).tolist() == [[[3, 2, 1], [6, 5, 4]]]


def test_brightness_is_a_share_of_the_range_and_stops_at_its_ends():
    pictures = np.array([[[0, 100], [200, 255]]], np.uint8)
    assert corruptions.brighten(pictures, 0.2, RNG).tolist() == [[[51, 151], [251, 255]]]
    assert corruptions.darken(pictures, 0.2, RNG).tolist() == [[[0, 49], [149, 204]]]


def test_contrast_draws_towards_each_pictures_own_mean():
    pictures = np.array([[[0, 200]], [[100, 120]]], np.uint8)  # means 100 and 110
    assert corruptions.contrast(pictures, 0.5, RNG).tolist() == [[[50, 150]], [[105, 115]]]


def test_noise_has_the_deviation_it_names():
    changed = corruptions.noise(flat(128, n=10), 0.1, np.random.default_rng(0))
    assert changed.std() / 255 == pytest.approx(0.1, rel=0.03)  # 23,040 values: one part in 200
    assert changed.mean() == pytest.approx(128, abs=1)


def test_blur_keeps_flat_pictures_and_spreads_a_point_as_its_sigma_says():
    assert np.array_equal(corruptions.blur(flat(77), 2, RNG), flat(77))
    edge = flat(0)
    edge[:, :, 24:] = 200
    row = corruptions.blur(edge, 1.5, RNG)[0, 24] / 200  # the integral of a Gaussian
    assert row[24] - row[23] == pytest.approx(1 / (1.5 * np.sqrt(2 * np.pi)), abs=0.01)


def test_lengths_grow_with_the_picture():
    """A blur of 1 px of a 48 px face is one of 2 px on 96 px."""
    edge = np.zeros((1, 96, 96), np.uint8)
    edge[:, :, 48:] = 200
    row = corruptions.blur(edge, 1.0, RNG)[0, 48] / 200
    assert row[48] - row[47] == pytest.approx(1 / (2 * np.sqrt(2 * np.pi)), abs=0.01)


def test_a_quarter_turn_goes_both_ways():
    """Of many pictures some turn clockwise and the others back; the middle of the top row ends at a side."""
    pictures = flat(0, n=20, side=5)
    pictures[:, 0, 2] = 255
    turned = corruptions.rotate(pictures, 90, np.random.default_rng(0))
    places = {tuple(np.argwhere(one == 255)[0]) for one in turned}
    assert places == {(2, 0), (2, 4)}


def test_low_resolution_averages_what_falls_together():
    """A chessboard of 0 and 200 reduced to half its side is grey everywhere, and stays so when enlarged."""
    board = (200 * (np.indices((48, 48)).sum(axis=0) % 2)).astype(np.uint8)[None]
    assert (corruptions.coarsen(board, 24, RNG) == 100).all()
    assert np.array_equal(corruptions.coarsen(board, 48, RNG), board)


def test_jpeg_keeps_flat_grey():
    assert np.abs(corruptions.compress(flat(128), 5, RNG).astype(int) - 128).max() <= 2


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    (
        ("cover_eyes", (14, 20), (0, 48)),  # 48 * (0.36 -+ 0.0625) = 14.3 and 20.3
        ("cover_mouth", (35, 41), (0, 48)),  # 48 * (0.80 -+ 0.0625) = 35.4 and 41.4
        ("cover_left", (0, 48), (0, 6)),
        ("cover_right", (0, 48), (42, 48)),
    ),
)
def test_a_cover_is_where_it_says_and_has_the_pictures_mean(name, rows, columns):
    """An eighth of the side is 6 of 48 px."""
    pictures = GREY[:1]
    changed = getattr(corruptions, name)(pictures, 0.125, RNG)[0]
    mask = np.zeros((48, 48), bool)
    mask[slice(*rows), slice(*columns)] = True
    assert (changed[mask] == np.rint(pictures.mean())).all()
    assert np.array_equal(changed[~mask], pictures[0][~mask])


def test_levels_are_said_with_their_unit():
    assert CORRUPTIONS["blur"].words(3) == "sigma 1.5 px"
    assert CORRUPTIONS["cover-left"].words(5) == "50 % of the width"


@pytest.mark.parametrize(
    ("pictures", "name", "severity", "sentence"),
    (
        (GREY, "fog", 1, r"'fog' is not a known change of a picture; choose one of blur, bright,"),
        (GREY, "blur", 6, r"severity=6 of blur is not valid; give a whole number from 0 \(none\) to 5"),
        (GREY[0], "blur", 1, r"of type uint8 and shape \(48, 48\) holds no pictures; give uint8 \(N, H, W\)"),
        (GREY / 255, "blur", 1, r"an array of type float64 .* holds no pictures"),
    ),
)
def test_what_cannot_be_is_said(pictures, name, severity, sentence):
    with pytest.raises(ConfigError, match=sentence):
        corrupt_all(pictures, name, severity)
