"""The grid of maps: what is computed, in which order, and what is not computed again."""

from __future__ import annotations

import pytest
import streamlit as st
from support.app_driver import open_page, words
from support.checkpoints import A, B

from dashboard.pages.face_lab.data import method_titles
from fer_core.explain import attribution

DEAR_FIRST = ["integrated_gradients", "saliency", "grad_cam"]


@pytest.fixture
def computed(monkeypatch) -> list[tuple[str, str]]:
    """(network, method) of every map that fer_core is asked for; nothing is left from another test."""
    st.cache_data.clear()
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
