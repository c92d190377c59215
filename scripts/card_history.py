"""Every version of every checkpoint's card in the repository's history, the oldest first."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CARDS = "checkpoints/*/card.json"


@dataclass(frozen=True)
class CardVersion:
    """A checkpoint's card as a commit holds it; `when` is the commit's author time, ISO 8601 in UTC."""

    commit: str
    when: str
    name: str
    card: dict[str, Any]


def versions() -> Iterator[CardVersion]:
    """Yield each card whenever a commit adds or changes it; deletions yield nothing, what was before them stays."""
    log = _git(
        "log", "--reverse", "--no-renames", "--diff-filter=AM", "--format=%x00%H %aI", "--name-only", "--", CARDS
    )
    for block in log.split("\0")[1:]:
        head, *paths = block.split("\n")
        commit, when = head.split()
        utc = datetime.fromisoformat(when).astimezone(UTC).isoformat(timespec="seconds")
        for path in filter(None, paths):
            yield CardVersion(commit, utc, path.split("/")[1], json.loads(_git("show", f"{commit}:{path}")))


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout
