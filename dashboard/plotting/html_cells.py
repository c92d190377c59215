"""Reads our own HTML tables back into words, for files that hold words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html.parser import HTMLParser

from dashboard.plotting.report_item import TextTable

APART = {"small", "details"}  # stands below the words before it
DRAWN = "drawn"  # a bar, which has no words


def text_table(
    title: str, header: Sequence[tuple[str, str]], rows: Iterable[Iterable[str]], note: str = ""
) -> TextTable:
    """Return a table of a page as words.

    Args:
        header: (words, class) a column.
        rows: cells as HTML, `<td class=...>`; one string may hold several. Columns of drawn bars are left out.
    """
    readable = [place for place, (_, kind) in enumerate(header) if kind != DRAWN]
    cells = [_cells("".join(row)) for row in rows]
    kinds = [{row[place][1] for row in cells if place < len(row)} for place in range(len(header))]
    return TextTable(
        title,
        tuple(header[place][0] for place in readable),
        tuple(tuple(row[place][0] if place < len(row) else "" for place in readable) for row in cells),
        note,
        tuple(new for new, place in enumerate(readable) if header[place][1] == "number"),
        tuple(new for new, place in enumerate(readable) if "prose" in kinds[place]),
    )


def _cells(row: str) -> list[tuple[str, str]]:
    reader = _Reader()
    reader.feed(row)
    reader.close()
    return [(" ".join("".join(texts).split()), kind) for texts, kind in reader.cells]


class _Reader(HTMLParser):
    """Gathers the words of each cell, and its class."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[tuple[list[str], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a cell; what stands below its words begins after a space."""
        if tag == "td":
            self.cells.append(([], dict(attrs).get("class") or ""))
        elif tag in APART and self.cells:
            self.cells[-1][0].append(" ")
        elif tag == "img" and self.cells:
            self.cells[-1][0].append(dict(attrs).get("alt") or "")

    def handle_data(self, data: str) -> None:
        """Take words into the cell that stands open."""
        if self.cells:
            self.cells[-1][0].append(data)
