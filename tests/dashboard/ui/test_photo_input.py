"""An uploaded photo stays in its session while other pages are looked at, and goes when it is taken away."""

from __future__ import annotations

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from support.app_driver import open_page, words
from support.checkpoints import B
from support.photos import png, uploaded

from dashboard.ui.photo_input import UPLOADS

GREY = png(Image.new("RGB", (200, 300), "grey"))
BLUE = png(Image.new("RGB", (120, 90), "blue"))


def leave_and_come_back(app: AppTest) -> AppTest:
    for page in ("efficiency", "face_lab"):
        app.query_params.clear()
        app._page_hash = calc_hash(page)
        app.run()
    assert not app.exception
    return app


@pytest.fixture
def kept(here) -> AppTest:
    app = uploaded(("grey.png", GREY), ("blue.png", BLUE), networks=B, whole="no")
    assert "200 × 300 px." in words(app)
    app.segmented_control(key="of").set_value("2").run()
    return leave_and_come_back(app)


def test_uploaded_photos_survive_a_change_of_page(kept):
    assert "120 × 90 px." in words(kept) and "2 of 2: blue.png" in words(kept)
    assert [content for _, content in kept.session_state[UPLOADS]] == [GREY, BLUE]


def test_they_can_be_taken_away_where_the_widget_has_none(kept):
    kept.button(key=f"forget {UPLOADS}").click().run()
    assert kept.session_state[UPLOADS] == []
    assert "Give a photo with a face" in words(leave_and_come_back(kept))


def test_what_is_taken_out_of_the_widget_is_not_kept(here):
    app = uploaded(("grey.png", GREY), networks=B, whole="no")
    app.file_uploader[0].set_value([]).run()
    assert app.session_state[UPLOADS] == []


def test_another_session_has_none(kept):
    other = open_page("face_lab", photo="upload", networks=B)
    assert UPLOADS not in other.session_state
    assert "Give a photo with a face" in words(other)
