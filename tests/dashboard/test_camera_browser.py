"""A face before a camera, in a real browser: it chooses a song that is really played, and becomes a photo."""

from __future__ import annotations

import re

import pytest
from support.browser_driver import BROWSER, FLAGS, MARKS, SLOW_MS, Visit, served
from support.fake_camera import camera_flags
from support.songs import write_songs

from benchmarks.face_scenes import moving_face

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("streamlit_webrtc", reason="it is not installed (requirements-camera.txt)")
pytestmark = MARKS

SOUNDS = "() => { const song = document.querySelector('audio'); return song && !song.paused && song.currentTime > 0; }"


def switch_on(page) -> None:
    page.get_by_test_id("stMain").get_by_text("Camera", exact=True).click()


def test_a_face_chooses_a_song_and_becomes_a_photo(tmp_path, monkeypatch):
    monkeypatch.setenv("FER_MUSIC", str(write_songs(tmp_path / "music", seconds=2.0)))
    monkeypatch.setenv("FER_WARM", "0")  # what the face lab alone needs would be loaded at the same time
    # Small and slow, since the server and the browser share the machine with other tests.
    flags = [*FLAGS, *camera_flags(tmp_path / "camera.y4m", moving_face(16, (320, 240), 80), fps=4)]
    with served(tmp_path / "invented") as url, playwright.sync_playwright() as driver:
        visit = Visit(driver.chromium.launch(executable_path=BROWSER, args=flags), url)
        page = visit.open("player?hold=1")
        switch_on(page)
        page.wait_for_function(SOUNDS, timeout=2 * SLOW_MS)
        said = page.get_by_text("the face chose it").inner_text()
        song, expression = re.search(r"(\w+)\.wav plays, a song for (\w+);", said).groups()
        assert song == expression
        page.get_by_test_id("stHeader").get_by_text("Camera", exact=True).click()
        page.wait_for_url("**/camera")
        switch_on(page)
        page.get_by_text("frames a second are looked at").wait_for(timeout=2 * SLOW_MS)
        page.get_by_role("button", name="Take a photo into the face lab").click()
        page.get_by_alt_text("The photo, upright, with 1 outlined face").wait_for()
        assert (visit.complaints, visit.outside) == ([], [])
