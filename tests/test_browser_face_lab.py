"""The face lab in a real browser, on a photo of several people: one of them is chosen, looked at and printed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from browser_driver import MARKS, SAMPLE, Visit
from paper_text import pdf_words
from PIL import Image

from fer_core import faces, photos

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [*MARKS, pytest.mark.skipif(not faces.detector_available(), reason="dlib-bin is not installed")]

METHODS = {"Grad-CAM": "grad_cam", "Integrated gradients": "integrated_gradients", "Gradient (saliency)": "saliency"}


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
    return np.asarray(Image.open(io.BytesIO(page.request.get(page.evaluate(
        "image => image.src", image.element_handle())).body())).convert("RGB"))  # fmt: skip


def downloaded(page: playwright.Page, button: str) -> tuple[str, bytes]:
    """Press a button that makes a file; its name and its bytes."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.fixture(scope="module")
def lab(chromium, address) -> Visit:
    """The face lab with the photo of two people uploaded and the second, smaller face chosen."""
    visit = Visit(chromium, address)
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
    photo = photos.open_photo(two_people()).image
    second = faces.crop(photo, faces.find_faces(photo)[1])
    assert second.size != faces.crop(photo, faces.find_faces(photo)[0]).size
    slide(lab, presses=11, key="ArrowLeft")
    face = shown(page, "Grad-CAM")
    grey = np.asarray(second.convert("L").resize(face.shape[:2], Image.Resampling.BICUBIC).convert("RGB"))
    np.testing.assert_allclose(face, grey, atol=2)


def slide(lab: Visit, presses: int, key: str) -> None:
    """Move the opacity slider by some steps of five points."""
    thumb = lab.page.get_by_role("slider", name="Opacity of the maps (%)")
    thumb.focus()
    for _ in range(presses):
        thumb.press(key)
    lab.page.wait_for_timeout(600)
    lab.settle()


def test_the_opacity_slider_changes_the_maps_and_the_address(lab):
    page = lab.page
    before = shown(page, "Grad-CAM")
    slide(lab, presses=3, key="ArrowRight")
    assert "opacity=" in page.url
    assert not np.array_equal(shown(page, "Grad-CAM"), before)


def test_the_panel_is_one_png_with_the_maps_of_the_page(lab):
    name, content = downloaded(lab.page, "Panel as PNG")
    panel = Image.open(io.BytesIO(content))
    assert (name, panel.format) == ("face-panel.png", "PNG")
    assert panel.info["Software"].startswith("FER Lens")
    assert panel.width == 2 * 60 + 5 * 384 + 4 * 36  # answer, own attention and three maps, as printing lays them out
    assert is_inside(shown(lab.page, "Grad-CAM"), np.asarray(panel.convert("RGB")))


def is_inside(part: np.ndarray, whole: np.ndarray) -> bool:
    tall, wide = part.shape[:2]
    corners = np.argwhere((whole[: -tall + 1, : -wide + 1] == part[0, 0]).all(axis=2))
    return any(np.array_equal(whole[y : y + tall, x : x + wide], part) for y, x in corners)


def test_the_panel_is_one_pdf_with_its_captions(lab):
    name, content = downloaded(lab.page, "Panel as PDF")
    assert name == "face-panel.pdf" and content.startswith(b"%PDF-")
    words = pdf_words(content)
    assert "face 2 of 2, numbered by size" in words
    assert all(title in words for title in METHODS) and "Completeness error" in words
    opacity = lab.page.get_by_role("slider", name="Opacity of the maps (%)").get_attribute("aria-valuenow")
    assert f"Opacity of the maps: {opacity} %" in words
    assert (lab.complaints, lab.outside) == ([], [])
