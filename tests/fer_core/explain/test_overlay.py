"""An overlay shows the scale's colours, the grey face, or exactly what lies between."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from fer_core.errors import ConfigError
from fer_core.explain.overlay import blend, legend, scale_end

RAMP = np.tile(np.linspace(0, 1, 48, dtype=np.float32), (48, 1))


def face(*color: int) -> Image.Image:
    return Image.new("RGB", (100, 100), color)


def test_opacity_0_is_the_desaturated_face():
    picture = blend(face(255, 0, 0), RAMP, 0.0)
    assert picture.shape == (384, 384, 3) and picture.dtype == np.uint8
    assert (picture == round(0.299 * 255)).all()


def test_opacity_1_is_the_scale_alone():
    picture = blend(face(255, 0, 0), RAMP, 1.0, vmax=1.0, side_px=48)
    assert np.array_equal(picture[0, [0, 47]], legend(signed=False)[[0, 255]])


def test_half_opacity_lies_half_way():
    ends = [blend(face(90, 90, 90), RAMP, opacity).astype(float) for opacity in (0, 1)]
    assert np.abs(blend(face(90, 90, 90), RAMP, 0.5) - sum(ends) / 2).max() <= 0.5


def test_signed_maps_run_from_blue_over_near_white_to_orange():
    values = np.float32([[-1, 0, 1]]).repeat(3, axis=0)
    blue, middle, orange = blend(face(0, 0, 0), values, 1.0, vmax=1.0, side_px=3)[0].astype(int)
    assert blue[2] > blue[0] + 100 and orange[0] > orange[2] + 100
    assert np.ptp(middle) <= 2 and middle.min() > 230


def test_all_positive_maps_may_be_shown_on_the_signed_scale():
    picture = blend(face(0, 0, 0), np.zeros((4, 4), np.float32), 1.0, signed=True, side_px=4)
    assert np.abs(picture.astype(int) - 242).max() <= 2  # zero is the middle, #F2F2F2


def test_one_scale_for_several_maps_makes_them_comparable():
    weak, strong = np.full((4, 4), 0.5, np.float32), np.full((4, 4), 2.0, np.float32)
    end = scale_end(weak, strong)
    assert end == 2.0
    assert np.array_equal(blend(face(0, 0, 0), weak, 1.0, vmax=end)[0, 0], legend(signed=False)[round(0.25 * 255)])


def test_the_scale_ends_at_the_99th_percentile_and_never_at_zero():
    values = np.arange(101, dtype=np.float32)
    assert scale_end(-values) == 99
    assert scale_end(np.zeros((3, 3))) == 1.0
    one_pixel = np.zeros((48, 48))
    one_pixel[0, 0] = 5
    assert scale_end(one_pixel) == 5


def test_a_face_that_is_not_square_is_padded_as_for_the_network():
    wide = np.zeros((50, 100), np.uint8)
    wide[0], wide[-1] = 200, 100
    picture = blend(wide, RAMP, 0.0, side_px=100)
    assert (picture[:20] == 200).all() and (picture[-20:] == 100).all()


@pytest.mark.parametrize("opacity", [-0.1, 1.1])
def test_impossible_opacities_are_refused(opacity):
    with pytest.raises(ConfigError, match=f"opacity={opacity} is not valid; give 0"):
        blend(face(0, 0, 0), RAMP, opacity)


def test_a_scale_without_extent_is_refused():
    with pytest.raises(ConfigError, match="vmax=0 cannot end a scale; give a number above 0"):
        blend(face(0, 0, 0), RAMP, 0.5, vmax=0)


def test_overlays_need_neither_torch_nor_pyplot():
    heavy = "{'torch', 'captum', 'matplotlib.pyplot', 'plotly', 'streamlit'}"
    check = f"import sys, fer_core.explain.overlay; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
