"""The table of pages: it is what lies in `dashboard/pages/`, and a folder with a line in it makes a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import streamlit as st
from support.app_driver import open_page
from support.pages import question_of

from dashboard.navigation import PAGES, groups

PROJECT = Path(__file__).resolve().parents[2]

TOY_PAGE = """
from dashboard.pages.toy.data import answer
from dashboard.ui.messages import page_title

page_title("Is this a page?")
import streamlit as st
st.markdown(answer())
"""
TOY_DATA = """
from fer_core.labels import EXPRESSIONS


def answer() -> str:
    return f"Of {len(EXPRESSIONS)} expressions"
"""
OPEN = """
import json
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=120).run()
app.switch_page("dashboard/pages/toy/page.py").run()
print(json.dumps([bool(app.exception), app.title[0].value, app.markdown[0].value]))
"""


def test_the_table_is_what_lies_in_the_folder():
    folders = {path.parent.name for path in (PROJECT / "dashboard" / "pages").glob("*/page.py")}
    assert sorted(page.folder for page in PAGES) == sorted(folders)
    assert len({page.url_path for page in PAGES}) == len({page.title for page in PAGES}) == len(PAGES)


def test_the_menu_has_eight_entries_and_every_page_stands_in_it_once():
    found = groups()
    by_themselves = [page.title for page in found.pop("")]
    entries = ["Start", "Try a photo", "Film", "Camera", "Compare", "Behaviour", "Check", "Report"]
    assert [*by_themselves, *found] == entries
    shown = [page for some in groups().values() for page in some if page.is_in_menu]
    assert len(shown) == len(set(shown)) == len(PAGES) - 1  # names of networks lead to the other one
    assert max(sum(page.is_in_menu for page in some) for some in found.values()) <= 6


def test_every_page_is_named_in_the_browser(here, monkeypatch):
    """What a tab, a bookmark and the list behind Back call a page; a network's page is named after the network."""
    titles = {page.folder: [] for page in PAGES}
    for page in PAGES:
        named = titles[page.folder]
        monkeypatch.setattr(st, "set_page_config", lambda page_title, named=named, **_: named.append(page_title))
        open_page(page.folder)
    assert titles.pop("network") == ["Network · FER Lens", "I-MobileNetV2 · FER Lens"]
    assert titles == {page.folder: [f"{page.title} · FER Lens"] for page in PAGES if page.folder in titles}


def test_every_page_has_a_question_of_its_own():
    questions = [question_of(page) for page in PAGES]
    assert all(question.endswith("?") for question in questions) and len(set(questions)) == len(PAGES)


def test_a_page_is_one_folder_and_one_line(tmp_path, shelf):
    """A copy of the app opens a page that is nothing but a new folder and a new line of the table."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "dashboard", tmp_path / "dashboard", ignore=ignored)
    shutil.copy(PROJECT / "streamlit_app.py", tmp_path)
    for name in ("fer_core", "evidence"):
        (tmp_path / name).symlink_to(PROJECT / name)
    toy = tmp_path / "dashboard" / "pages" / "toy"
    toy.mkdir()
    (toy / "page.py").write_text(TOY_PAGE)
    (toy / "data.py").write_text(TOY_DATA)
    add_line(tmp_path / "dashboard" / "navigation.py", '    Page("toy", "Toy", "toy", "Check"),\n')
    environment = {**os.environ, "FER_CHECKPOINTS": str(shelf), "FER_WARM": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "ignore", "-c", OPEN]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == '[false, "Is this a page?", "Of 8 expressions"]\n', done.stderr


def add_line(path: Path, line: str) -> None:
    """Put a line at the end of the table."""
    text = path.read_text()
    end = text.rindex("\n)\n") + 1
    path.write_text(text[:end] + line + text[end:])
