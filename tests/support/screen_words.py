"""The words over columns and along axes, read from the dashboard's source without running a page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

KINDS = ("", "number", "drawn")  # of a column, in a header of html_table


def heads_and_axes(folder: Path) -> dict[str, str]:
    """Every column head and axis title that stands in the source, with the file that holds it.

    What is put together from variables is left out, but for the fixed words of a table such as X_TITLES.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _nodes(tree):
            for words in _texts(node, _constants(tree)):
                if words.strip():
                    found.setdefault(words, path.relative_to(folder).as_posix())
    return found


def _nodes(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            kind = node.elts[1]
            if isinstance(kind, ast.Constant) and kind.value in KINDS and not isinstance(node.ctx, ast.Store):
                yield node.elts[0]
        elif isinstance(node, ast.keyword) and node.arg == "title_text":
            yield node.value


def _texts(node: ast.expr, constants: dict[str, list[str]]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Subscript):
        return _texts(node.value, constants)
    if isinstance(node, ast.Name):
        return constants.get(node.id, [])
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, constants), *_texts(node.orelse, constants)]
    return []


def _constants(tree: ast.Module) -> dict[str, list[str]]:
    """The values of a module's constants: of a text itself, of a dict its values."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            parts = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            found[node.targets[0].id] = [
                p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)
            ]
    return found
