"""What the words of the screen mean, from docs/glossary.md, and links to it.

## Section
### Term
Also: other spellings of it on the screen, as column heads and axis titles have them.

One or two sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from dashboard.store.file_cache import cached_by_file
from fer_core.errors import ConfigError
from fer_core.paths import PROJECT

PATH = PROJECT / "docs" / "glossary.md"
ALSO = "Also: "
# What a head or an axis adds to a term: a unit or a remark in brackets, a scale, which of two checkpoints.
_ADDED = re.compile(r"( \([^)]*\)|, log scale| [AB])$")


@dataclass(frozen=True)
class Entry:
    """A term with its other spellings and what it means, as Markdown."""

    term: str
    section: str
    also: tuple[str, ...]
    text: str

    @property
    def anchor(self) -> str:
        """Where the entry stands on the glossary's page, as Streamlit names a heading: `SmoothGrad`, `#smooth-grad`."""
        words = re.sub("(?<=[a-z])(?=[A-Z])", " ", self.term)
        return "-".join(re.findall("[a-z0-9]+", words.lower()))

    @property
    def first_sentence(self) -> str:
        """The definition without the rest, as plain text."""
        return re.split(r"(?<=[.:])\s+(?=[A-Z`])", self.text.replace("\n", " "))[0].replace("`", "")


def entries() -> tuple[Entry, ...]:
    """Return all entries in the file's order.

    Raises:
        ConfigError: if the file is missing.
    """
    if not PATH.is_file():
        raise ConfigError(f"{PATH.relative_to(PROJECT)} is missing; it comes with the project, so restore it")
    return _entries(PATH)


def find(words: str) -> Entry | None:
    """Return the entry of a term, a column head or an axis title; None without one."""
    if not PATH.is_file():
        return None
    known = _by_name(PATH)
    return known.get(words.lower()) or known.get(_ADDED.sub("", words).lower())


def html_link(words: str) -> Markup:
    """Return words as HTML, linked to their entry, with its first sentence on hover; escaped words without one."""
    entry = find(words)
    if entry is None:
        return escape(words)
    # A tab of its own, so that the page with the word stays as it is.
    link = Markup('<a href="glossary#{}" target="_blank" title="{}">{}</a>')
    return link.format(entry.anchor, entry.first_sentence, words)


@cached_by_file(maxsize=2)
def _entries(path: Path) -> tuple[Entry, ...]:
    return tuple(_parsed(path.read_text(encoding="utf-8")))


@cached_by_file(maxsize=2)
def _by_name(path: Path) -> dict[str, Entry]:
    return {name.lower(): entry for entry in _entries(path) for name in (entry.term, *entry.also)}


def _parsed(content: str) -> Iterator[Entry]:
    for part in re.split(r"^## ", content, flags=re.MULTILINE)[1:]:
        section, *blocks = re.split(r"^### ", part, flags=re.MULTILINE)
        for block in blocks:
            term, _, body = block.partition("\n")
            also: tuple[str, ...] = ()
            if body.startswith(ALSO):
                first, _, body = body.partition("\n")
                also = tuple(first.removeprefix(ALSO).rstrip(".").split(", "))
            yield Entry(term.strip(), section.strip(), also, body.strip())
