"""The face lab in a real browser, on a photo of several people: one of them is chosen, looked at and printed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.browser_driver import MARKS, SAMPLE, Visit
from support.pdf_text import pdf_words

from fer_core.explain.overlay import SIDE_PX
from fer_core.images import face_detection
from fer_core.images.face_crop import read_face_photo
from fer_core.report.draw_panel import GAP, MARGIN

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [*MARKS, pytest.mark.skipif(not face_detection.detectors(), reason="dlib-bin is not installed")]

METHODS = ("Grad-CAM", "Integrated gradients", "Gradient (saliency)")  # what the page opens with


def two_people() -> bytes:
    """Eileen Collins (our sample, NASA) and Grace Hopper (matplotlib's, US Navy) side by side; both public domain."""
    import matplotlib

    hopper = Image.open(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").convert("RGB")
    collins = Image.open(SAMPLE).convert("RGB")
    both = Image.new("RGB", (collins.width + hopper.width, max(collins.height, hopper.height)), "white")
    both.paste(collins, (0, 0))
    both.paste(hopper, (collins.width, 0))
    file = io.BytesIO()
    both.save(file, "PNG")
    return file.getvalue()


def shown(page: playwright.Page, title: str) -> np.ndarray:
    """The pixels of the first map of a method, as the browser got them."""
    image = page.get_by_alt_text(f"{title} over the face").first
    image.scroll_into_view_if_needed()
    file = page.request.get(image.evaluate("image => image.src")).body()
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def downloaded(page: playwright.Page, button: str) -> tuple[str, bytes]:
    """Press a button that makes a file; its name and its bytes."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.fixture(scope="module")
def lab(running_chromium, address) -> Visit:
    """The face lab with the photo of two people uploaded and the second, smaller face chosen."""
    visit = Visit(running_chromium, address)
    page = visit.open("face_lab?photo=upload")
    upload = {"name": "two-people.png", "mimeType": "image/png", "buffer": two_people()}
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(upload)
    page.get_by_alt_text("The photo, upright, with 2 outlined faces").wait_for()
    page.get_by_alt_text("Gradient (saliency) over the face").first.wait_for()
    visit.settle()
    before = shown(page, "Grad-CAM")
    page.get_by_role("radio", name="Face 2").click()
    page.wait_for_url("**face=2**")
    visit.settle()
    assert not np.array_equal(shown(page, "Grad-CAM"), before)
    return visit


def test_the_grid_shows_the_chosen_face(lab):
    page = lab.page
    for title in METHODS:
        assert page.get_by_alt_text(f"{title} over the face").first.is_visible()
    assert page.get_by_test_id("stAlertContentError").count() == 0
    # At an opacity of 0 every picture of the grid is the grey face itself.
    photo = read_face_photo(two_people())
    second = photo.crop(1).image
    assert second.size != photo.crop(0).image.size
    slide(lab, "Home")
    face = shown(page, "Grad-CAM")
    grey = np.asarray(second.convert("L").resize(face.shape[:2], Image.Resampling.BICUBIC).convert("RGB"))
    np.testing.assert_allclose(face, grey, atol=2)


def slide(lab: Visit, *keys: str) -> None:
    """Press keys on the opacity slider, one by one: pictures of a run that another cuts off are never served."""
    thumb = lab.page.get_by_role("slider", name="Opacity of the maps (%)")
    if not thumb.count():
        lab.page.get_by_role("button", name="Map settings").click()
    for key in keys:
        thumb.focus()
        thumb.press(key)
        lab.page.wait_for_timeout(600)
        lab.settle()


def test_the_opacity_slider_changes_the_maps_and_the_address(lab):
    page = lab.page
    before = shown(page, "Grad-CAM")
    slide(lab, "ArrowRight", "ArrowRight", "ArrowRight")
    assert "opacity=" in page.url
    assert not np.array_equal(shown(page, "Grad-CAM"), before)


def test_the_panel_is_one_png_with_the_maps_of_the_page(lab):
    name, content = downloaded(lab.page, "Panel as PNG")
    panel = Image.open(io.BytesIO(content))
    assert (name, panel.format) == ("two-people--face-2.png", "PNG")
    assert panel.info["Software"].startswith("FER Lens")
    assert panel.width == 2 * MARGIN + 5 * SIDE_PX + 4 * GAP  # the answer, its own attention and three maps
    pixels = np.asarray(panel.convert("RGB"))
    for title in METHODS:  # the browser gets its pictures as JPEG, the panel is exact
        assert difference(shown(lab.page, title), pixels) < 3
    assert difference(shown(lab.page, title)[::-1], pixels) > 10


def difference(part: np.ndarray, panel: np.ndarray) -> float:
    """Mean difference of a map from the place on the panel that is most like it, in grey levels."""
    found = []
    for x in range(MARGIN, panel.shape[1] - SIDE_PX, SIDE_PX + GAP):
        column = panel[:, x : x + SIDE_PX].astype(float)
        rows = abs(column[: -SIDE_PX + 1] - part[0]).mean(axis=(1, 2))  # of its first row from every row
        y = int(rows.argmin())
        found.append(abs(column[y : y + SIDE_PX] - part).mean())
    return min(found)


def test_the_panel_is_one_pdf_with_its_captions(lab):
    slide(lab, "ArrowRight")
    opacity = re.search(r"opacity=(\d+)", lab.page.url).group(1)
    name, content = downloaded(lab.page, "Panel as PDF")
    assert name == "two-people--face-2.pdf" and content.startswith(b"%PDF-")
    words = pdf_words(content)
    assert "face 2 of 2, numbered by size" in words
    assert all(title in words for title in METHODS) and "Completeness error" in words
    assert f"Opacity of the maps: {opacity} %" in words
    assert (lab.complaints, lab.outside) == ([], [])


def test_a_keyboard_comes_from_the_photo_to_the_panel_in_under_20_tabs(lab):
    page = lab.page
    page.get_by_test_id("stFileUploader").get_by_role("button").first.focus()

    def is_panel_after_a_tab() -> bool:
        page.keyboard.press("Tab")
        return page.evaluate("document.activeElement.innerText.trim() === 'Panel as PNG'")

    assert next((tabs for tabs in range(1, 60) if is_panel_after_a_tab()), 60) < 20


def test_on_a_phone_answer_map_and_panel_lie_within_three_screens(lab):
    page = lab.page
    page.set_viewport_size({"width": 390, "height": 844})
    lab.settle()
    top = page.get_by_role("heading", level=1).bounding_box()["y"]
    ends = [page.get_by_text("The networks see"), page.get_by_alt_text("Grad-CAM over the face").first,
            page.get_by_role("button", name="Panel as PNG")]  # fmt: skip
    boxes = [one.bounding_box() for one in ends]
    assert max(box["y"] + box["height"] - top for box in boxes) < 3 * 844
    page.set_viewport_size({"width": 1440, "height": 900})


def test_maps_tell_networks_apart_and_helps_say_of_what(lab):
    page = lab.page
    maps = [one.get_attribute("alt") for one in page.get_by_alt_text("Grad-CAM over the face").all()]
    assert len(maps) == 3 and len({one.split(":")[0] for one in maps}) == 3
    assert all("strongest in the " in one or "equal everywhere" in one for one in maps)
    playwright.expect(page.get_by_role("button", name="Help", exact=True)).to_have_count(0)


def test_a_square_is_dragged_on_the_photo_and_added_as_a_face(lab):
    page = lab.page
    page.get_by_role("radio", name="Cut by hand").click()
    page.wait_for_url("**face=hand**")
    lab.settle()
    drag(page, (0.1, 0.2), (0.3, 0.5))
    page.wait_for_url("**cut_side=**")
    lab.settle()
    width, height = Image.open(io.BytesIO(two_people())).size
    cut = [int(re.search(rf"cut_{key}=(\d+)", page.url).group(1)) for key in ("x", "y", "side")]
    side = max(0.2 * width, 0.3 * height)
    assert cut == pytest.approx([200, 350, 1000 * side / min(width, height)], abs=12)  # a screen pixel is 4 of them
    page.get_by_role("button", name="Add as a face").click()
    page.wait_for_url("**face=3**")
    lab.settle()
    assert page.get_by_role("radio", name="Face 3, by hand").is_checked()
    page.get_by_role("link", name="Face 1").click()  # in the table
    page.wait_for_function("!location.search.includes('face=')")
    lab.settle()
    assert page.get_by_role("radio", name="Face 1").is_checked()
    assert (lab.complaints, lab.outside) == ([], [])


def drag(page: playwright.Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the photo, whose upper left corner is (0, 0) and lower right one (1, 1)."""
    photo = page.get_by_test_id("stPlotlyChart").first.locator("image").first
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    (x0, y0), (x1, y1) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end))
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=4)
    page.mouse.move(x1, y1, steps=4)
    page.mouse.up()
