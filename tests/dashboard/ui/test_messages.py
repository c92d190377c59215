"""Text from files is text: one door to the page, and what it lets through."""

from __future__ import annotations

import ast

import pytest
from support.paths import PROJECT

from dashboard.ui.html_table import number, text
from dashboard.ui.messages import marked, plain

HOSTILE = ("![x](http://127.0.0.1:9/x.png)", ":red[x]", "<img src=x onerror=alert(1)>", "[a](javascript:x)", "www.x.y")
DIRECT = {"markdown", "write", "info", "warning", "error", "success", "caption", "header", "subheader", "text", "latex"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_foreign_text_is_markup(text):
    for written in (plain(text), marked(text), marked(f"**{text}** has `a command`.")):
        assert text not in written
        assert written.replace("\\", "").replace("**", "").startswith(text)


def test_a_sentence_keeps_its_own_bold_words_and_commands():
    assert marked("**a_b** needs `fer train a_b`, [now].") == "**a\\_b** needs `fer train a_b`, \\[now\\]."


def test_a_list_of_problems_keeps_its_lines_and_other_breaks_are_spaces():
    assert plain("two reasons:\n- one\n- two\n\n# three") == "two reasons\\:\n- one\n- two \\# three"


def test_no_sentence_reaches_streamlit_past_the_door():
    past = []
    for path in sorted((PROJECT / "dashboard").rglob("*.py")):
        if path.name == "messages.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr in DIRECT and getattr(node.func.value, "id", "") == "st":
                past.append(f"{path.name}:{node.lineno}")
    assert past == []


def test_a_sentence_names_no_path_of_the_server(monkeypatch, tmp_path):
    """Paths begin at a folder of the app: in sentences, in small print and in a table's cells."""
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "shelf"))
    card, table = tmp_path / "shelf" / "a" / "card", PROJECT / "evidence" / "claims"
    said = f"{card} cannot be read, ({table}) neither, `fer verify {card}`; see https://x.org{PROJECT}/"
    kept = f"shelf/a/card cannot be read, (evidence/claims) neither, `fer verify shelf/a/card`; see https://x.org{PROJECT}/"
    assert marked(said) == marked(kept) and plain(said) == plain(kept)
    assert str(tmp_path) not in text(said, small=said) + number("–", reason=said)
    assert "shelf/a/card cannot be read" in text(said)
