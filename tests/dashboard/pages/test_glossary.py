"""Every word over a column and along an axis is plain English or has an entry, and the screen leads to it."""

from __future__ import annotations

import re

import pytest
from support.app_driver import PROJECT, open_page, words
from support.screen_words import heads_and_axes

from dashboard.store import glossary
from dashboard.store.glossary import entries, find, html_link

# Words that mean on the screen what they mean everywhere.
PLAIN = {
    "cost", "data set", "setting", "value", "why they differ",
    "0 to 100 %", "box, px", "photo", "songs", "warnings",
    "expression", "face", "faces", "found", "found, and what to do", "mb",
    "hours", "hours of training", "how it came about", "in all",
    "in plain words", "looked for", "median", "module", "network", "pair", "paper", "probability", "probability (%)",
    "probability of the first answer (%)", "row", "rows", "seconds", "share", "source", "tested", "training", "what",
    "what it does", "what it is", "what they are",
}  # fmt: skip


def test_every_column_head_and_axis_title_has_an_entry_or_is_plain_english():
    found = heads_and_axes(PROJECT / "dashboard")
    assert len(found) > 60  # else the reader of the source has gone blind
    missing = {head: file for head, file in found.items() if find(head) is None and head.lower() not in PLAIN}
    assert missing == {}, "write an entry in docs/glossary.md, or add the spelling to an entry's line Also"


def test_no_name_and_no_anchor_means_two_things():
    names = [name.lower() for entry in entries() for name in (entry.term, *entry.also)]
    anchors = [entry.anchor for entry in entries()]
    assert len(set(names)) == len(names)
    assert len(set(anchors)) == len(anchors) and "" not in anchors


def test_an_entry_is_short_and_whole():
    for entry in entries():
        sentences = re.split(r"(?<=[.:])\s+(?=[A-Z])", entry.text)
        assert entry.text.endswith("."), entry.term
        assert len(sentences) <= 4, entry.term
        assert 10 < len(entry.first_sentence) < 260, entry.term


@pytest.mark.parametrize(
    ("head", "term"),
    [
        ("ECE", "ECE"),
        ("MACs, log scale", "MAC"),
        ("Recall B", "Recall"),
        ("confidence (%)", "Confidence"),
        ("Shoe", None),
    ],
)
def test_a_head_is_found_by_its_term_whatever_unit_or_letter_it_carries(head, term):
    assert getattr(find(head), "term", None) == term


def test_a_link_is_html_that_nothing_escapes_from():
    assert html_link("a<b>") == "a&lt;b&gt;"
    assert html_link("ECE").startswith('<a href="glossary#ece" target="_blank" title="Expected calibration error')


def test_the_page_shows_every_entry():
    app = open_page("glossary")
    assert not app.exception
    terms = re.findall(r"^### (.+)$", app.markdown[-1].value, flags=re.MULTILINE)
    assert [term.replace("\\", "") for term in terms] == [entry.term for entry in entries()]
    assert "Σ n_b/n" in words(app)


def test_heads_of_the_leaderboard_lead_to_entries(here):
    anchors = set(re.findall(r'href="glossary#([a-z0-9-]+)"', words(open_page("overview"))))
    assert {"ece", "macro-f1", "parameters", "without-leaks"} <= anchors
    assert anchors <= {entry.anchor for entry in entries()}


def test_without_the_file_the_page_says_so_and_heads_stay(monkeypatch, tmp_path):
    monkeypatch.setattr(glossary, "PATH", glossary.PROJECT / "docs" / "absent.md")
    assert html_link("ECE") == "ECE"
    app = open_page("glossary")
    assert "docs/absent.md is missing" in app.error[0].value.replace("\\", "")
