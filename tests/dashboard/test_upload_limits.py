"""A read-only server takes no photo: its pages offer none, and its upload endpoint refuses one that comes anyway."""

from __future__ import annotations

import os

import pytest
from support.app_driver import open_page, words
from support.checkpoints import B
from support.paths import PROJECT
from support.upload_driver import Session, served

from dashboard.ui import photo_input
from dashboard.ui.photo_input import SAMPLE
from dashboard.upload_limits import READ_ONLY, is_read_only

needs_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no limit to the size of a file")


@pytest.mark.parametrize(("value", "expected"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)])
def test_anything_but_nothing_and_zero_switches_uploads_off(value, expected, monkeypatch):
    monkeypatch.delenv("FER_READ_ONLY", raising=False)
    if value is not None:
        monkeypatch.setenv("FER_READ_ONLY", value)
    assert is_read_only() is expected


@needs_posix
def test_the_upload_endpoint_refuses_where_the_server_is_read_only(shelf, monkeypatch):
    """Elsewhere it takes the same photo: tests/fer_core/images/test_bad_photos.py."""
    monkeypatch.setenv("FER_READ_ONLY", "1")
    with served(PROJECT / "streamlit_app.py", shelf, largest_file=10**6) as port:
        session = Session(port, "face_lab", f"photo=upload&networks={B}")
        assert session.upload("photo", SAMPLE.read_bytes()) == 403
        assert not session.uploader


def test_the_face_lab_shows_the_sample_and_says_why(here, monkeypatch):
    monkeypatch.setenv("FER_READ_ONLY", "1")
    monkeypatch.setattr(photo_input, "has_images", lambda name: False)
    app = open_page("face_lab", photo="upload", networks=B)
    assert not app.exception
    assert app.segmented_control(key="photo").options == ["Sample"]
    assert words(app).count(READ_ONLY) == 1
    assert not app.get("file_uploader") and not app.get("camera_input")


def test_the_face_lab_still_shows_rows_of_a_data_set(here, monkeypatch):
    monkeypatch.setenv("FER_READ_ONLY", "1")
    monkeypatch.setattr(photo_input, "has_images", lambda name: True)
    app = open_page("face_lab", networks=B)
    assert app.segmented_control(key="photo").options == ["Sample", "Data-set face"]


def test_the_start_page_offers_no_photo_of_ones_own(here, monkeypatch):
    monkeypatch.setenv("FER_READ_ONLY", "1")
    app = open_page("start")
    assert not app.exception and not app.get("file_uploader")
    assert READ_ONLY in words(app)
