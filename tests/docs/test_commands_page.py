"""docs/commands.md, docs/pages.md and the README name every command and page that there is, and no other."""

from __future__ import annotations

import argparse
import re

import pytest
from support.paths import PROJECT

from dashboard.navigation import PAGES
from fer_core import cli

COMMAND = re.compile(r"^    fer ([a-z0-9-]+)", re.MULTILINE)
PAGE = re.compile(r"\*\*([^*]+)\*\*")
DOCUMENTS = ["README.md", *sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md"))]


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def verbs() -> set[str]:
    (verbs,) = (action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction))
    return set(verbs.choices)


def test_every_command_is_documented_and_no_other():
    assert set(COMMAND.findall(text("docs/commands.md"))) == verbs()
    assert set(COMMAND.findall(text("README.md"))) < verbs()


def test_every_page_is_documented():
    titles = {page.title for page in PAGES} - {"Glossary"}  # which explains itself
    assert titles <= set(PAGE.findall(text("docs/pages.md")))


@pytest.mark.parametrize(
    "name", ["README.md", *sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md"))]
)
def test_links_lead_to_files(name):
    folder = (PROJECT / name).parent
    links = re.findall(r"\]\(([\w./-]+?)(?:#[\w-]+)?\)", text(name))
    assert [link for link in links if not (folder / link).exists()] == []
