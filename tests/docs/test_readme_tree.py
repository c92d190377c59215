"""The README's tree is the tree on disk: folders to the second level, of those that the repository holds."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from support.paths import PROJECT

ENTRY = re.compile(r"^    ( *)([\w.]+)/( .*)?$")
UNNAMED = ("checkpoints",)  # what lies in these is data, said in one line


def documented() -> list[str]:
    """The folders of the README's tree, in its order: "fer_core", "fer_core/models", ..."""
    lines = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("    fer_core/"))
    found: list[str] = []
    for line in lines[start:]:
        if not (match := ENTRY.match(line)):
            break
        outer = next((name for name in reversed(found) if "/" not in name), "") if match[1] else ""
        found.append(f"{outer}/{match[2]}" if outer else match[2])
    return found


def on_disk() -> set[str]:
    """Folders of the first and second level in which files of the repository lie, without hidden ones."""
    if shutil.which("git") is None or not (PROJECT / ".git").exists():
        pytest.skip("this is no clone, so what belongs to the repository is not known")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    folders = [tuple(name.split("/")[:-1]) for name in listed.split("\0") if "/" in name and name[0] != "."]
    named = {parts[:1] if parts[0] in UNNAMED else parts[:2] for parts in folders}
    return {"/".join(parts[: level + 1]) for parts in named for level in range(len(parts))}


def test_the_tree_names_every_folder_once_and_no_other():
    names = documented()
    assert len(names) == len(set(names))
    assert set(names) == on_disk()
