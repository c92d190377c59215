"""What a page's own file says of it."""

from __future__ import annotations

import ast
from pathlib import Path

from dashboard.navigation import Page

PROJECT = Path(__file__).resolve().parents[2]


def question_of(page: Page) -> str:
    """The question that a page opens with, from its source."""
    tree = ast.parse((PROJECT / page.file).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    (question,) = [call.args[0].value for call in calls if call.func.id == "page_title"]
    return question
