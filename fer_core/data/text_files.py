"""Text files as the world writes them: with or without a byte order mark, in UTF-8 or UTF-16, quoted, padded with blank
lines; and names that look the same but are spelled with other code points. No torch.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fer_core.errors import DataError

# The longer mark first: UTF-32's begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ",;\t"


def opened(path: Path, errors: str = "strict") -> TextIO:
    """Open a text file in its own encoding, with its line ends as they are; without a mark it is UTF-8, or UTF-16 where
    every other byte is zero."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    wide = "utf-16-le" if start[1:4:2] == b"\0\0" else "utf-16-be" if start[0:4:2] == b"\0\0" else "utf-8"
    return path.open(newline="", encoding=marked or wide, errors=errors)


def read_text(path: Path) -> str:
    """Return a text file's content without its mark.

    Raises:
        DataError: if it is no text in UTF-8 or UTF-16.
    """
    try:
        with opened(path) as file:
            return file.read()
    except UnicodeError as error:
        raise DataError(f"{path} is not text in UTF-8 or UTF-16 ({error}); save it as UTF-8") from None


@dataclass(frozen=True)
class Row:
    """One row of a table: its fields, the line it ends on (the first is 1), and whether that line is whole."""

    fields: list[str]
    line: int
    is_whole: bool


def read_rows(file: TextIO, delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows of a table, with quotes taken off.

    Raises:
        csv.Error: if quotes do not end.
    """
    lines = _Lines(file)
    for fields in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
        yield Row([field.strip() for field in fields], lines.number, lines.last.endswith(("\n", "\r")))


def delimiter_of(header: str) -> str:
    """Return what separates the columns of a header line: a comma, a semicolon or a tab."""
    return max(DELIMITERS, key=header.count)


def same_name(name: str) -> str:
    """Return a name in the one form in which equal-looking names are equal: composed, as most systems write it.

    macOS decomposes accents in file names: "ü" becomes "u" and a mark.
    """
    return unicodedata.normalize("NFC", name)


class _Lines:
    """A file's lines, with the last one and its number at hand."""

    def __init__(self, file: TextIO):
        self.file, self.number, self.last = file, 0, ""

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.number += 1
            self.last = line
            yield line
