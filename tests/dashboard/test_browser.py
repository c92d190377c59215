"""The real app in a real browser: each page opens, an uploaded photo is predicted and explained, nothing leaves."""

from __future__ import annotations

import re
import urllib.request
from time import monotonic, sleep
from typing import NamedTuple

import pytest
from support.accessibility import findings
from support.browser_driver import MARKS, PROJECT, SAMPLE, SLOW_MS, Visit, n_checkpoints, served
from support.pages import question_of

from dashboard.navigation import PAGES, Page
from dashboard.store.closed_sessions import EVERY_S

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = MARKS

GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}
CLEAR = "rgba(0, 0, 0, 0)"
PROFILES = PROJECT / "evidence" / "profiles.json"
FITTING = ("overview", "evidence", "ablations")  # whose wide tables need no scrolling on a laptop
every_page = pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.folder)


def path_of(entry: Page) -> str:
    """Where the menu leads: the first page lies at the bare address."""
    return "" if entry is PAGES[0] else entry.url_path


def findings_at_rest(visit: Visit) -> list[str]:
    """What axe-core finds once the page has been drawn again in other colours, which takes it a moment."""
    end = monotonic() + 10
    visit.settle()
    while (found := findings(visit.page)) and monotonic() < end:
        visit.settle()
    return found


@every_page
def test_each_page_opens_without_a_complaint_and_is_readable_on_a_dark_phone(entry, chromium, address):
    visit = Visit(chromium, address, color_scheme="light")
    page = visit.open(path_of(entry))
    assert page.get_by_role("heading", level=1).inner_text() == question_of(entry)
    # Some pages are tables and text, or wait for a film or a face; Efficiency needs profiles; one run makes no pair.
    draws = dict.fromkeys(("ablations", "camera", "contract", "evidence", "film", "glossary", "player"), False)
    draws |= {"efficiency": PROFILES.is_file(), "paired": n_checkpoints() != 1, "differences": n_checkpoints() != 1}
    if draws.get(entry.folder, True):
        page.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached")
        assert ground_of_chart(page) in (GROUND["light"], CLEAR)
    playwright.expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND["light"])
    assert page.get_by_test_id("stException").count() == 0
    assert findings(page) == []
    if entry.folder in FITTING:
        page.set_viewport_size({"width": 1280, "height": 720})
        overhangs = "frames => frames.map(frame => frame.scrollWidth - frame.clientWidth)"
        assert max(page.locator(".fer-frame").evaluate_all(overhangs)) <= 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    playwright.expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND["dark"])
    assert findings_at_rest(visit) == []
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert (visit.complaints, visit.outside) == ([], [])


def test_faults_of_accessibility_are_found(chromium, address):
    page = Visit(chromium, address).open("glossary")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<h6>deep</h6><img src=\"data:,\">')")
    assert {one.partition(" ")[0] for one in findings(page)} >= {"heading-order", "image-alt"}


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
    page.wait_for_url("**/confusion?cells=counts")
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


class ClickedCell(NamedTuple):
    """A page whose cell was clicked, the cell that was chosen before, and the address that names it."""

    visit: Visit
    before: str
    link: str


@pytest.fixture(scope="module")
def cell(running_chromium, address) -> ClickedCell:
    """The page of one network's confusions with a cell clicked."""
    visit = Visit(running_chromium, address)
    before = visit.open("confusion").get_by_role("combobox", name="Faces of the cell").input_value()
    link = click_cell(visit, true=3, called=3)  # happy, or whatever stands there: a full cell, and no mistake
    return ClickedCell(visit, before, link)


def test_a_clicked_cell_lists_its_faces_and_its_link_restores_them(cell, chromium, address):
    visit, before, link = cell
    page = visit.page
    faces = page.get_by_role("heading", level=2).filter(has_text=" faces called ").inner_text()
    chosen = page.get_by_role("combobox", name="Faces of the cell").input_value()
    assert chosen != before
    assert page.get_by_test_id("stDataFrame").first.is_visible()
    fresh = Visit(chromium, address)
    other = fresh.open(link)
    assert other.get_by_role("heading", level=2).filter(has_text=" faces called ").inner_text() == faces
    assert other.get_by_role("combobox", name="Faces of the cell").input_value() == chosen
    assert (visit.complaints, visit.outside, fresh.complaints, fresh.outside) == ([], [], [], [])


def test_a_face_of_a_cell_is_in_the_link_and_leads_to_the_face_lab(cell, chromium, address):
    visit, page = cell.visit, cell.visit.page
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.move(box["x"] + 16, box["y"] + 36 + 70)  # below the header, the second or third face
    page.mouse.down()
    page.wait_for_timeout(60)
    page.mouse.up()
    page.wait_for_url("**row=**")
    visit.settle()
    face = page.get_by_role("combobox", name="Row").input_value()
    other = Visit(chromium, address).open(page.url.removeprefix(f"{address}/"))
    assert other.get_by_role("combobox", name="Row").input_value() == face
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


def test_a_page_that_is_opened_in_the_dark_is_dark(chromium, address):
    """That the same page is light by day is seen above."""
    page = Visit(chromium, address, color_scheme="dark").open("")
    playwright.expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND["dark"])
    assert ground_of_chart(page) == GROUND["dark"]


def ground_of_chart(page: playwright.Page) -> str:
    """The colour behind the first chart."""
    return page.locator(".js-plotly-plot .main-svg").first.evaluate("svg => getComputedStyle(svg).backgroundColor")


def uploads_bytes(url: str) -> int:
    """How much of uploaded files the server holds, by its own count."""
    with urllib.request.urlopen(f"{url}/_stcore/metrics", timeout=10) as answer:
        lines = re.findall(r"UploadedFileManager[^\n]*} (\d+)", answer.read().decode())
    return sum(map(int, lines))


def test_the_server_forgets_an_upload_after_its_page_was_closed(chromium, tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
    with served(tmp_path) as url:
        visit = Visit(chromium, url)
        page = visit.open("face_lab?photo=upload")
        page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(SAMPLE)
        page.get_by_alt_text("The photo, upright, with 1 outlined face").wait_for()
        assert uploads_bytes(url) >= SAMPLE.stat().st_size
        page.context.close()
        end = monotonic() + 6 * EVERY_S
        while uploads_bytes(url) and monotonic() < end:
            sleep(0.5)
        assert uploads_bytes(url) == 0
