"""What a report holds: charts, tables and pictures, each with a caption, a sentence and where its numbers are from."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.plotting.chart import Chart

DIGITS = 12  # of a SHA-256 in print
MOST_ROWS = 500  # of a chart's numbers in a file of words; all of them are in its CSV
WEIGHTS = "Weights"
MOST_HASHES = 3  # under one item; more of them stand in a table of their own
TAGS = 12  # about what stands in HTML around the words of a cell


@dataclass(frozen=True)
class TextTable:
    """A table of texts, for HTML and LaTeX alike.

    `numbers` are the places of columns that stand to the right, `prose` of those with sentences, which wrap.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    numbers: tuple[int, ...]
    prose: tuple[int, ...] = ()

    @property
    def n_bytes(self) -> int:
        """What its words take in a file."""
        texts = (self.title, self.note, *self.header, *(cell for row in self.rows for cell in row))
        return sum(len(text.encode()) + TAGS for text in texts)


@dataclass(frozen=True, eq=False)
class ChartPair:
    """One chart in both themes; the light one is printed."""

    light: Chart
    dark: Chart

    @property
    def title(self) -> str:
        """What it shows."""
        return self.light.title

    @property
    def note(self) -> str:
        """Data set, split, n, interval."""
        return self.light.footer

    @cached_property
    def n_bytes(self) -> int:
        """What both figures take in a file, as JSON, and the numbers beside them."""
        cells = [str(cell) for row in self.light.table[:MOST_ROWS] for cell in row.values()]
        figures = len(self.light.figure.to_json()) + len(self.dark.figure.to_json())
        return figures + sum(len(cell) + TAGS for cell in cells)

    def drawn(self) -> dict[str, object]:
        """Return both figures by theme, as the browser reads them."""
        return {"light": json.loads(self.light.figure.to_json()), "dark": json.loads(self.dark.figure.to_json())}


@dataclass(frozen=True)
class Picture:
    """A picture that is a figure already: a panel of faces and maps, as PNG and as PDF."""

    title: str
    note: str
    png: bytes
    pdf: bytes

    @property
    def n_bytes(self) -> int:
        """What it takes in a file, where PNG is written in base64."""
        return len(self.png) * 4 // 3 + len(self.pdf)

    @property
    def source(self) -> str:
        """What an <img> shows, so that nothing is fetched from anywhere."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


@dataclass(frozen=True, eq=False)
class ReportItem:
    """One thing in a report.

    `key` is unique in a list and a name for files. `sentence` is what its page answers with it. `faces` are the splits
    with n that its numbers were measured on, `hashes` the SHA-256 of what was scored, by name. `made` is with what and
    when, `address` where the view can be opened again, "" for nowhere.
    """

    key: str
    caption: str
    sentence: str
    content: ChartPair | TextTable | Picture
    faces: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]
    made: str
    address: str

    @property
    def source(self) -> str:
        """What stands under it in print: how it was measured, on which faces, from which files, with what."""
        missing = [split for split in self.faces if split not in self.content.note]
        hashes = [f"{name}: SHA-256 {sha256[:DIGITS]}" for name, sha256 in self.hashes]
        if len(hashes) > MOST_HASHES:
            hashes = [f"Weights of {len(hashes)} checkpoints: see {WEIGHTS}"]
        parts = (self.content.note, "; ".join(missing), "; ".join(hashes), self.made)
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    @property
    def chart(self) -> ChartPair | None:
        """Its charts, if it is one."""
        return self.content if isinstance(self.content, ChartPair) else None

    @property
    def table(self) -> TextTable | None:
        """Its table, if it is one."""
        return self.content if isinstance(self.content, TextTable) else None

    @property
    def picture(self) -> Picture | None:
        """Its picture, if it is one."""
        return self.content if isinstance(self.content, Picture) else None


def weights_item(items: Sequence[ReportItem], made: str) -> ReportItem | None:
    """Return the table of all weights that items were measured with, with their whole hashes; None without any."""
    hashes = {name: sha256 for item in items for name, sha256 in item.hashes}
    if not hashes:
        return None
    note = "SHA-256 of the weights that were scored."
    table = TextTable(WEIGHTS, ("Checkpoint", "SHA-256"), tuple(hashes.items()), note, ())
    return ReportItem(WEIGHTS, WEIGHTS, "", table, (), (), made, "")
