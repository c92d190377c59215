"""What a page says before anybody scrolls or clicks is short: how a number was computed is one click deeper."""

from __future__ import annotations

import pytest
from support.app_driver import open_page
from support.first_screen import count_words, first_screen

from dashboard import navigation

PAGES = [page.folder for page in navigation.PAGES if page.folder != "glossary"]  # a list to look things up in
MOST = 150


@pytest.mark.parametrize("page", PAGES)
def test_a_first_screen_is_short(page, monkeypatch):
    monkeypatch.setenv("FER_WARM", "0")
    sentences = first_screen(open_page(page))
    assert 5 < count_words(sentences) < MOST, "\n".join(sentences)


def test_marks_are_no_words():
    assert count_words(["**Two** words", "ECE \\[4\\] 0.1"]) == 5
