"""The grid of maps: what is computed, in which order, and what is not computed again."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from support.app_driver import open_page, words
from support.checkpoints import A, B

from dashboard.pages.face_lab.data import method_titles
from dashboard.store.computation_queue import Cost
from dashboard.store.session_results import computed_once
from fer_core.explain import attribution
from fer_core.images.face_crop import FaceCrop, read_face_photo

DEAR_FIRST = ["integrated_gradients", "saliency", "grad_cam"]


@pytest.fixture
def computed(monkeypatch) -> list[tuple[str, str]]:
    """(network, method) of every map that fer_core is asked for."""
    asked, attribute = [], attribution.attribute

    def counted(predictor, array, target, method):
        asked.append((predictor.card.name, method))
        return attribute(predictor, array, target, method)

    monkeypatch.setattr(attribution, "attribute", counted)
    return asked


def test_the_cheap_maps_of_all_networks_come_before_the_dear_ones_of_any(here, computed):
    app = open_page("face_lab", networks=[A, B], methods=DEAR_FIRST)
    assert not app.exception
    cheap_first = [method for method in method_titles() if method in DEAR_FIRST]
    assert cheap_first == DEAR_FIRST[::-1]
    assert computed == [(name, method) for method in cheap_first for name in (A, B)]
    shown = words(app)
    titles = [shown.index(f":small[**{method_titles()[method]}**]") for method in DEAR_FIRST]
    assert titles == sorted(titles)  # they stand in the order chosen


def test_opacity_scale_and_a_rerun_compute_no_map_anew(here, computed):
    app = open_page("face_lab", networks=[A, B], methods=DEAR_FIRST)
    first = list(computed)
    app.slider(key="opacity").set_value(20).run()
    app.segmented_control(key="scale").set_value("method").run()
    app.run()
    assert not app.exception and len(first) == 6
    assert computed == first


def test_another_target_computes_the_maps_that_are_new(here, computed):
    app = open_page("face_lab", networks=B, methods="saliency", target="happy")
    app.selectbox(key="target").set_value("sad").run()
    assert len(computed) == 2
    app.selectbox(key="target").set_value("happy").run()
    assert len(computed) == 2


def whole_picture(pixels: np.ndarray) -> FaceCrop:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return read_face_photo(file.getvalue()).crop(None)


def test_results_are_kept_by_the_hash_of_all_pixels_of_a_crop(session):
    """Of an array of half a million values and more Streamlit would hash a fifth: one pixel of a million is missed."""
    asked = []

    @computed_once(Cost.ANSWER)
    def first_pixel(crop: FaceCrop) -> int:
        asked.append(crop.sha256)
        return int(crop.pixels[0, 0, 0])

    pixels = np.full((1000, 1000, 3), 90, np.uint8)
    for _ in range(2):  # another file, another photo, the same crop
        assert first_pixel(whole_picture(pixels)) == 90
    pixels[0, 0] = 91
    assert first_pixel(whole_picture(pixels)) == 91
    assert len(asked) == 2
