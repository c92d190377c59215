"""A link to the glossary opens at its entry, in a real browser."""

from __future__ import annotations

import pytest
from support.browser_driver import MARKS, Visit

from dashboard.store.glossary import entries

pytestmark = MARKS


@pytest.mark.parametrize("term", ["Temperature", "Input × gradient"])
def test_a_link_opens_at_its_entry(address, chromium, term):
    [anchor] = [entry.anchor for entry in entries() if entry.term == term]
    page = Visit(chromium, address).open(f"glossary#{anchor}")
    assert 0 <= page.get_by_role("heading", name=term, exact=True).bounding_box()["y"] < 150


def test_every_entry_has_its_anchor(address, chromium):
    page = Visit(chromium, address).open("glossary")
    found = page.locator("h3").evaluate_all("headings => headings.map(heading => heading.id)")
    assert found == [entry.anchor for entry in entries()]
