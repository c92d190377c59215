"""The menu and the browser's Back, in a real browser."""

from __future__ import annotations

import re

import pytest
from support.browser_driver import MARKS, SAMPLE, Visit

from dashboard.navigation import PAGES, groups

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = MARKS


def test_a_laptop_shows_all_entries_and_every_page_below_them(chromium, address):
    visit = Visit(chromium, address, viewport={"width": 1280, "height": 720})
    page = visit.open("")
    bar = page.get_by_test_id("stHeader")
    assert "more" not in bar.inner_text()
    found = groups()
    assert all(bar.get_by_text(one.title, exact=True).is_visible() for one in found.pop(""))
    for group, pages in found.items():
        bar.get_by_text(group, exact=True).click()
        shown = page.get_by_test_id("stTopNavDropdownLink")
        shown.first.wait_for()
        assert shown.all_inner_texts() == [one.title for one in pages if one.is_in_menu]
        page.keyboard.press("Escape")
        shown.first.wait_for(state="hidden")
    bar.get_by_text("Check", exact=True).click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text("Training").click()
    page.wait_for_url("**/training")
    visit.settle()
    assert page.title() == "Training · FER Lens"
    visit.open(f"{PAGES[0].url_path}?data=ferplus")  # typed, where Streamlit knows the bare address only
    page.wait_for_url(f"{address}/?data=ferplus")
    visit.open("overview?shown=all&data=ferplus")  # two former names, of the page and of a choice
    page.wait_for_url(re.compile(r"/leaderboard\?(?=.*\bdata=ferplus\b)(?=.*\bruns=all\b)"))
    assert page.get_by_role("heading", level=1).inner_text() == "Which network is worth its parameters?"
    assert page.get_by_test_id("stAlert").count() == page.get_by_role("dialog").count() == 0
    assert (visit.complaints, visit.outside) == ([], [])


def test_a_narrow_window_closes_the_menu_after_a_choice(chromium, address):
    visit = Visit(chromium, address, viewport={"width": 390, "height": 844})
    page = visit.open("glossary")
    page.get_by_test_id("stExpandSidebarButton").click()
    link = page.get_by_test_id("stSidebarNavLink").get_by_text("Efficiency")
    link.click()
    page.wait_for_url("**/efficiency")
    playwright.expect(link).not_to_be_in_viewport()
    visit.settle()
    assert page.get_by_role("heading", level=1).inner_text() == "What does it cost?"


def test_back_restores_the_page_and_its_choices(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("efficiency?cost=macs")
    page.get_by_test_id("stHeader").get_by_text("Report", exact=True).click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text("Glossary").click()
    page.wait_for_url("**/glossary")
    visit.settle()
    page.go_back()
    page.wait_for_url(re.compile(r"/efficiency\?cost=macs$"))
    visit.settle()
    assert page.get_by_role("heading", level=1).inner_text() == "What does it cost?"
    assert page.get_by_role("radio", name="Multiply-adds (MACs) a face").is_checked()


def test_a_photo_dropped_on_the_start_page_is_in_the_face_lab(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(SAMPLE)
    page.wait_for_url("**/face_lab?photo=upload")
    page.get_by_alt_text("The photo, upright, with 1 outlined face").wait_for()
    assert (visit.complaints, visit.outside) == ([], [])


def test_a_name_in_a_table_leads_on_within_the_session(chromium, address):
    visit = Visit(chromium, address)
    page = visit.open("overview")
    page.evaluate("window.isSameDocument = true")  # gone with the session if the app is loaded anew
    page.locator(".fer a[href^='network?']").first.click()
    page.get_by_role("heading", level=1, name="What is known of this network?").wait_for()
    visit.settle()
    assert page.evaluate("window.isSameDocument")
    page.go_back()
    page.get_by_role("heading", level=1, name="Which network is worth its parameters?").wait_for()
    assert page.evaluate("window.isSameDocument")
