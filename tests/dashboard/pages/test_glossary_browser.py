"""A link to the glossary opens at its entry, in a real browser."""

from __future__ import annotations

from support.browser_driver import MARKS, Visit

pytestmark = MARKS


def test_a_link_opens_at_its_entry(address, chromium):
    page = Visit(chromium, address).open("glossary#temperature")
    assert 0 <= page.get_by_role("heading", name="Temperature", exact=True).bounding_box()["y"] < 400
