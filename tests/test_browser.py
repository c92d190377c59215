"""The real app in a real browser: each page opens, an uploaded photo is predicted and explained, nothing leaves."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_shelf import publish_shelf

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PROJECT = Path(__file__).resolve().parents[1]
PROFILES = PROJECT / "evidence" / "profiles.json"
SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
QUESTIONS = {
    "": "Which network is worth its parameters?",
    "confusion": "What does it confuse?",
    "paired": "Which differences are real?",
    "calibration": "Does it know when it is wrong?",
    "evidence": "Which numbers can be believed?",
    "efficiency": "What does it cost?",
    "face_lab": "What does it see, and where does it look?",
}
SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
}"""
SLOW_MS = 90_000  # the first prediction loads torch, on a machine that may be busy

if BROWSER is None and os.environ.get("FER_NEEDS_BROWSER") != "1":  # where it is needed, its absence is a failure
    pytestmark = [pytest.mark.browser, pytest.mark.skip(reason="no Chromium or Chrome is installed")]


def n_checkpoints() -> int:
    """How many checkpoints the project has itself; 0 means that invented ones stand in."""
    return len(list((PROJECT / "checkpoints").glob("*/card.json")))


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The app on a free port, on its own checkpoints, or on invented ones as long as there are none."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("FER_CHECKPOINTS", None)
    if n_checkpoints() == 0:
        environment["FER_CHECKPOINTS"] = str(publish_shelf(tmp_path_factory.mktemp("checkpoints")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    app = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_until_healthy(app, f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(20)


def wait_until_healthy(app: subprocess.Popen, url: str, limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if app.poll() is not None:
            pytest.fail(f"the app ended by itself: {app.stderr.read().decode()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app was not healthy after {limit_s} s")


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One browser page, with what it complained of and what it asked of other machines."""

    def __init__(self, browser: playwright.Browser, address: str, **context: object) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **context}).new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def open(self, path: str) -> playwright.Page:
        self.page.goto(f"{self.address}/{path}")
        self.page.get_by_role("heading", level=1).wait_for()
        self.settle()
        return self.page

    def settle(self) -> None:
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(SETTLED, timeout=SLOW_MS)

    def _heard(self, message: playwright.ConsoleMessage) -> None:
        # On a deep link Streamlit first looks for its server below the page's own path: one 404 of its own making.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def _asked(self, request: playwright.Request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(request.url)


@pytest.mark.parametrize(("path", "question"), QUESTIONS.items(), ids=lambda value: value[:10] or "overview")
def test_each_page_opens_without_a_complaint_and_without_the_network(path, question, chromium, address):
    visit = Visit(chromium, address)
    page = visit.open(path)
    assert page.get_by_role("heading", level=1).inner_text() == question
    # Evidence is a table; without profiles Efficiency says how to make them; one checkpoint alone makes no pair.
    draws = {"evidence": False, "efficiency": PROFILES.is_file(), "paired": n_checkpoints() != 1}
    if draws.get(path, True):
        page.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached")
    assert page.get_by_test_id("stException").count() == 0
    assert (visit.complaints, visit.outside) == ([], [])


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda value: value or "overview")
def test_nothing_scrolls_sideways_on_a_phone(path, chromium, address):
    page = Visit(chromium, address, viewport={"width": 390, "height": 844}).open(path)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_an_uploaded_photo_is_predicted_and_explained(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("face_lab?photo=upload")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_alt_text("The photo, upright, with 1 outlined face").wait_for()
    page.get_by_alt_text("Integrated gradients over the face").first.wait_for()
    visit.settle()
    assert "see" in page.get_by_text("The network", exact=False).first.inner_text()
    assert page.get_by_alt_text("Grad-CAM over the face").first.is_visible()
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert (visit.complaints, visit.outside) == ([], [])


def test_a_broken_upload_is_a_sentence(chromium, address, tmp_path):
    visit = Visit(chromium, address)
    page = visit.open("face_lab?photo=upload")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(SAMPLE.read_bytes()[:9_000])
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(broken)
    page.get_by_test_id("stAlertContentError").wait_for()
    assert "Traceback" not in page.inner_text("body")


def test_a_link_restores_the_view_in_a_fresh_browser(chromium, address):
    first = Visit(chromium, address)
    page = first.open("confusion")
    page.get_by_text("Counts", exact=True).click()
    page.wait_for_url("**/confusion?view=counts")
    first.settle()
    other = Visit(chromium, address)
    restored = other.open(page.url.removeprefix(f"{address}/"))
    assert restored.get_by_text("Number of faces", exact=False).first.is_visible()


def click_cell(visit: Visit, true: int, called: int) -> str:
    """Click a cell of the first matrix, by row and column, and return the address once it names the cell."""
    page = visit.page
    page.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached")
    page.wait_for_timeout(1500)  # Plotly attaches its listeners after it has drawn
    box = page.locator(".nsewdrag").first.bounding_box()
    size = len(page.locator(".js-plotly-plot").first.locator(".ytick").all())
    page.mouse.move(box["x"] + box["width"] * (called + 0.5) / size, box["y"] + box["height"] * (true + 0.5) / size)
    page.wait_for_timeout(150)
    page.mouse.down()
    page.wait_for_timeout(60)
    page.mouse.up()
    page.wait_for_url("**cell=**")
    visit.settle()
    return page.url.removeprefix(f"{visit.address}/")


def test_a_clicked_cell_lists_its_faces_and_its_link_restores_them(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("confusion")
    before = page.get_by_role("combobox", name="Faces of the cell").input_value()
    link = click_cell(visit, true=3, called=3)  # happy, or whatever stands there: a full cell, and no mistake
    faces = page.get_by_role("heading", level=5).filter(has_text=" faces called ").inner_text()
    chosen = page.get_by_role("combobox", name="Faces of the cell").input_value()
    assert chosen != before
    assert page.get_by_test_id("stDataFrame").first.is_visible()
    fresh = Visit(chromium, address)
    other = fresh.open(link)
    assert other.get_by_role("heading", level=5).filter(has_text=" faces called ").inner_text() == faces
    assert other.get_by_role("combobox", name="Faces of the cell").input_value() == chosen
    assert (visit.complaints, visit.outside, fresh.complaints, fresh.outside) == ([], [], [], [])


def test_a_face_of_a_cell_is_in_the_link_and_leads_to_the_face_lab(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("confusion")
    click_cell(visit, true=3, called=3)
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.move(box["x"] + 16, box["y"] + 36 + 70)  # below the header, the second or third face
    page.mouse.down()
    page.wait_for_timeout(60)
    page.mouse.up()
    page.wait_for_url("**row=**")
    visit.settle()
    face = page.get_by_role("combobox", name="Face", exact=True).input_value()
    other = Visit(chromium, address).open(page.url.removeprefix(f"{address}/"))
    assert other.get_by_role("combobox", name="Face", exact=True).input_value() == face
    onwards = page.get_by_text("Open in the face lab")
    if onwards.count():  # only where the data set lies
        onwards.click()
        page.get_by_alt_text("Grad-CAM over the face").first.wait_for()
        visit.settle()
        row = re.search(r"\d+", face.replace(",", "")).group()
        playwright.expect(page.get_by_role("spinbutton")).to_have_value(row, timeout=SLOW_MS)


def test_a_box_dragged_over_the_face_is_covered_and_its_link_restores_it(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("face_lab?what_if=mirror")
    drag = page.locator('[class*="st-key-what-if-face"] .nsewdrag')
    drag.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # Plotly attaches its listeners after it has drawn
    box = drag.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.9 * box["height"], steps=8)
    page.mouse.up()
    page.wait_for_url("**what_if=box&box_x=20-80&box_y=50-90")
    visit.settle()
    covered = page.get_by_label("covered from 20 to 80 % across and 50 to 90 % down")
    assert covered.count() == 1
    fresh = Visit(chromium, address)
    fresh.open(page.url.removeprefix(f"{address}/"))
    assert fresh.page.get_by_role("slider", name="Box, left to right (%)").count() == 2
    assert (visit.complaints, visit.outside, fresh.complaints, fresh.outside) == ([], [], [], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_browser(scheme, chromium, address):
    page = Visit(chromium, address, color_scheme=scheme).open("")
    ground = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
    chart = page.locator(".js-plotly-plot .main-svg").first.evaluate("svg => svg.style.background")
    assert chart.replace(" ", "") == ground.replace(" ", "")
