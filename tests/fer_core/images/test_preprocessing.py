"""Photos and data-set rows become inputs in the same way, and each step equals its formula."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fer_core.errors import ConfigError, PhotoError
from fer_core.images.preprocessing import InputSpec, images_to_input, stages, to_input

GREY = InputSpec(48, 1, "grey", (0.5,), (0.25,))
GREY_X3 = InputSpec(48, 3, "grey", (0.5,), (0.25,))
RGB = InputSpec(48, 3, "rgb", (0.4, 0.5, 0.6), (0.1, 0.2, 0.3))


def rows(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("spec", [GREY, GREY_X3, RGB], ids=["grey", "grey_x3", "rgb"])
@pytest.mark.parametrize(
    "shape", [(5, 48, 48), (5, 48, 48, 3), (5, 100, 100, 3), (5, 30, 30), (5, 60, 40), (5, 40, 60, 3)], ids=str
)
def test_rows_and_photos_become_the_same_input_bit_for_bit(spec, shape):
    images = rows(*shape)
    inputs = images_to_input(images, spec)
    assert inputs.shape == (5, spec.channels, 48, 48) and inputs.dtype == np.float32
    for image, row in zip(images, inputs, strict=True):
        assert np.array_equal(to_input(image, spec), row)
        assert np.array_equal(to_input(Image.fromarray(image), spec), row)


def test_grey_is_itu_r_601_luma():
    colors = np.zeros((48, 48, 3), np.uint8)
    colors[:16] = (255, 0, 0)
    colors[16:32] = (0, 255, 0)
    colors[32:] = (0, 0, 255)
    plain = InputSpec(48, 1, "grey", (0.0,), (1.0,))
    red, green, blue = (round(float(to_input(colors, plain)[0, row, 0]) * 255) for row in (0, 16, 32))
    assert (red, green, blue) == (round(0.299 * 255), round(0.587 * 255), round(0.114 * 255))


def test_normalisation_is_pixel_over_255_minus_mean_over_std():
    image = np.full((48, 48, 3), (51, 102, 204), np.uint8)
    expected = [(0.2 - 0.4) / 0.1, (0.4 - 0.5) / 0.2, (0.8 - 0.6) / 0.3]
    assert to_input(image, RGB)[:, 7, 9] == pytest.approx(expected, abs=1e-6)


def test_grey_is_copied_to_every_channel():
    once, copied = to_input(rows(48, 48), GREY), to_input(rows(48, 48), GREY_X3)
    assert all(np.array_equal(once[0], plane) for plane in copied)


def test_reducing_averages_instead_of_skipping_pixels():
    checkerboard = (np.indices((480, 480)).sum(0) % 2 * 255).astype(np.uint8)
    middle = to_input(checkerboard, InputSpec(48, 1, "grey", (0.0,), (1.0,)))
    assert np.abs(middle - 0.5).max() < 0.01


def test_a_picture_that_is_not_square_is_padded_not_stretched():
    tall = np.zeros((48, 24), np.uint8)
    tall[:, 12:] = 255
    row = to_input(tall, InputSpec(48, 1, "grey", (0.0,), (1.0,)))[0, 0]
    assert np.array_equal(row, np.repeat([0.0, 1.0], 24).astype(np.float32))


def test_stages_go_from_the_square_to_the_input():
    found = stages(rows(60, 90, 3), InputSpec(48, 3, "grey", (0.5,), (0.25,)))
    assert [stage.shape for stage in found] == [(90, 90, 3), (90, 90), (48, 48), (3, 48, 48)]
    assert np.allclose(found.normalised[1], (found.sized / 255 - 0.5) / 0.25, atol=1e-6)


def test_no_rows_give_no_inputs():
    assert images_to_input(rows(0, 48, 48), GREY_X3).shape == (0, 3, 48, 48)


def test_spec_survives_a_round_trip_through_its_dictionary():
    assert InputSpec.from_dict(RGB.as_dict()) == RGB
    assert RGB.as_dict()["mean"] == [0.4, 0.5, 0.6]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size_px": 0}, "size_px=0 is no side length"),
        ({"channels": 2}, "color='grey' with channels=2 is not valid; choose grey with 1 or 3, or rgb with 3"),
        ({"color": "rgb"}, "color='rgb' with channels=1 is not valid"),
        ({"mean": (0.1, 0.2)}, "2 means and 1 stds do not fit 1 channels"),
        ({"std": (0.0,)}, "cannot divide; every value must be above 0"),
    ],
)
def test_impossible_specs_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        InputSpec(**{**GREY.as_dict(), **values})


def test_a_dictionary_with_other_entries_is_refused():
    with pytest.raises(ConfigError, match="an input has the entries .*'color'.*, not .*'colour'"):
        InputSpec.from_dict({"colour": "grey"})


def test_arrays_that_are_no_pictures_are_refused():
    with pytest.raises(PhotoError, match=r"type float64 and shape \(48, 48\) is not a picture"):
        to_input(np.zeros((48, 48)), GREY)
    with pytest.raises(PhotoError, match=r"shape \(48, 48, 4\) is not a picture; give uint8"):
        to_input(rows(48, 48, 4), GREY)
    with pytest.raises(PhotoError, match=r"give uint8 \(N, H, W\[, 3\]\)"):
        images_to_input(rows(48, 48), GREY)
    with pytest.raises(PhotoError, match="mode RGBA is not plain grey or RGB; open it with photos.open_photo"):
        to_input(Image.new("RGBA", (48, 48)), GREY)
