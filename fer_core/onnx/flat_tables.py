"""Tables of a FlatBuffer (https://flatbuffers.dev/internals), read by the place of a field in its schema. No torch.

Every offset is checked against the buffer, so that a damaged file gives an error and never another file's bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Table:
    """A table of a buffer; `field` counts from 0 as the schema lists its fields.

    Every method raises ValueError for an offset outside the buffer.
    """

    content: bytes
    start: int

    @classmethod
    def root(cls, content: bytes) -> Table:
        """The table with which a buffer begins."""
        return cls(content, _number(content, 0, "I"))

    def integer(self, field: int, kind: str, default: int = 0) -> int:
        """A whole number; kind: a letter of `struct`."""
        place = self._place(field)
        return _number(self.content, place, kind) if place else default

    def text(self, field: int) -> str:
        """A string, "" where there is none."""
        return self.array(field, "u1").tobytes().decode("utf-8", errors="replace")

    def array(self, field: int, kind: str) -> np.ndarray:
        """A vector of numbers of a numpy type (N,); empty where there is none."""
        start, count = self._vector(field)
        if start + count * np.dtype(kind).itemsize > len(self.content):
            raise ValueError(f"a vector at {start} is longer than the file")
        return np.frombuffer(self.content, kind, count, start)

    def table(self, field: int) -> Table | None:
        """Another table, None where there is none."""
        place = self._place(field)
        return Table(self.content, place + _number(self.content, place, "I")) if place else None

    def tables(self, field: int) -> list[Table]:
        """A vector of tables."""
        start, count = self._vector(field)
        places = range(start, start + 4 * min(count, len(self.content)), 4)
        return [Table(self.content, place + _number(self.content, place, "I")) for place in places]

    def _vector(self, field: int) -> tuple[int, int]:
        """Where a vector's first entry lies, and how many there are."""
        place = self._place(field)
        if not place:
            return 0, 0
        start = place + _number(self.content, place, "I")
        return start + 4, _number(self.content, start, "I")

    def _place(self, field: int) -> int:
        """Where a field lies; 0 where the table leaves it out."""
        names = self.start - _number(self.content, self.start, "i")
        entry = 4 + 2 * field
        if entry >= _number(self.content, names, "H"):
            return 0
        offset = _number(self.content, names + entry, "H")
        return self.start + offset if offset else 0


def _number(content: bytes, place: int, kind: str) -> int:
    try:
        if place < 0:
            raise ValueError(f"{place} lies before the file")
        return struct.unpack_from(f"<{kind}", content, place)[0]
    except struct.error as error:
        raise ValueError(f"{place} lies behind the file") from error
