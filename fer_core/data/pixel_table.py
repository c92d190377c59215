"""Tables with a face in each row, columns emotion, pixels, Usage: as in fer2013.csv and in what took after it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from tqdm import tqdm

from fer_core.data import text_files
from fer_core.data.cache import Arrays
from fer_core.errors import DataError

COLUMNS = ("emotion", "pixels", "Usage")

_PIXELS = {str(value): value for value in range(256)}


@dataclass(frozen=True)
class PixelTable:
    """How a set writes its table.

    Args:
        file_name: what the owner calls it; source: where to get it, for the sentences.
        splits: the words of its column Usage.
        codes: K; its column emotion has 0..K-1.
        size_px: side of the pictures.
    """

    file_name: str
    source: str
    splits: Sequence[str]
    codes: int
    size_px: int

    def read(self, path: Path) -> Arrays:
        """Read a table: images (N, S, S) uint8, labels (N,) int64, split (N,) str, rows (N,) int64.

        Raises:
            DataError: if a column is missing or a row is damaged; the message names the row.
        """
        images, codes, splits = [], [], []
        for code, pixels, split in self._rows(path):
            images.append(np.frombuffer(pixels, np.uint8))
            codes.append(code)
            splits.append(split)
        if not images:
            raise DataError(f"{path} has a header but no rows; get the full {self.file_name} again from {self.source}")
        return {
            "images": np.stack(images).reshape(-1, self.size_px, self.size_px),
            "labels": np.array(codes, np.int64),
            "split": np.array(splits),
            "rows": np.arange(len(codes), dtype=np.int64),
        }

    def _rows(self, path: Path) -> Iterator[tuple[int, bytes, str]]:
        """Yield (code, size_px**2 pixel bytes, split) of each row; blank lines are passed over."""
        size, heading = path.stat().st_size, f"reading {self.file_name}"
        with (
            text_files.opened(path, errors="replace") as file,
            tqdm(total=size, unit="B", unit_scale=True, desc=heading, leave=False, disable=None) as progress,
        ):
            rows = self._table(path, file)
            places = self._column_places(path, next(rows, None))
            filled = (row for row in rows if any(row.fields))
            for number, row in enumerate(filled):
                progress.update(sum(map(len, row.fields)))
                try:
                    yield self._parse_row(row.fields, places)
                except ValueError as error:
                    cut = "" if row.is_whole else ", and the file ends there, as a broken download does"
                    raise DataError(
                        f"{path}, row {number} (line {row.line}): {error}{cut}; get {self.file_name} again from "
                        f"{self.source}"
                    ) from None

    def _table(self, path: Path, file: TextIO) -> Iterator[text_files.Row]:
        try:
            yield from text_files.read_rows(file)
        except csv.Error as error:
            raise DataError(f"{path} is not a table ({error}); get {self.file_name} again from {self.source}") from None

    def _column_places(self, path: Path, header: text_files.Row | None) -> tuple[int, ...]:
        names = header.fields if header else []
        if missing := [name for name in COLUMNS if name not in names]:
            columns = ", ".join(names)
            shown = columns if len(columns) <= 80 else columns[:80] + "..."
            raise DataError(
                f"{path} has the columns {shown!r} and lacks {', '.join(missing)}; "
                f"put the owner's {self.file_name} ({', '.join(COLUMNS)}) there, from {self.source}"
            )
        return tuple(names.index(name) for name in COLUMNS)

    def _parse_row(self, fields: list[str], places: tuple[int, ...]) -> tuple[int, bytes, str]:
        if len(fields) <= max(places):
            raise ValueError(f"it has {len(fields)} of {max(places) + 1} columns")
        code, pixels, split = (fields[place] for place in places)
        if code not in map(str, range(self.codes)):
            raise ValueError(f"emotion {code[:20]!r} is not one of the codes 0 to {self.codes - 1}")
        if split not in self.splits:
            raise ValueError(f"Usage {split[:20]!r} is not one of {', '.join(self.splits)}")
        try:
            # A dict look-up is the fastest strict reading: "256", "-1" and "1e2" are refused, not wrapped around.
            values = bytes(map(_PIXELS.__getitem__, pixels.split()))
        except KeyError as error:
            raise ValueError(f"pixel {error.args[0][:20]!r} is not a whole number from 0 to 255") from None
        if len(values) != self.size_px**2:
            raise ValueError(f"it has {len(values):,} pixels instead of {self.size_px**2:,}")
        return int(code), values, split
