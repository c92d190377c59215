"""The first directory of a TIFF file, which is also how EXIF is written: tags and numbers, read within bounds.

Adobe, TIFF Revision 6.0 (1992), section 2; BigTIFF as libtiff writes it. Every offset comes from a stranger, so nothing
is followed twice and nothing is copied before it is counted.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED

MAX_ENTRIES = 1000  # a camera's directory has 15 to 50, a raw converter's up to 200
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # struct's, for the unsigned integers among the types


@dataclass(frozen=True)
class Layout:
    """How a kind of TIFF writes: struct's codes for the byte order, an offset and a number of entries."""

    order: str
    offset: str
    length: str

    @property
    def offset_size(self) -> int:
        """Bytes of an offset; values that fit into as many lie in its place."""
        return struct.calcsize(self.order + self.offset)


LAYOUTS = {
    b"II*\0": Layout("<", "I", "H"),
    b"MM\0*": Layout(">", "I", "H"),
    b"II+\0": Layout("<", "Q", "Q"),
    b"MM\0+": Layout(">", "Q", "Q"),
}


@dataclass(frozen=True)
class Entry:
    """One tag's values: their type's number, how many there are, where in the file they lie; and the entry itself."""

    kind: int
    count: int
    offset: int
    raw: bytes

    @property
    def size(self) -> int:
        """Bytes of all values; 0 for a type that nobody defined."""
        return SIZES.get(self.kind, 0) * self.count


@dataclass(frozen=True)
class Directory:
    """All entries of a directory by tag, and whether another directory follows."""

    data: bytes
    layout: Layout
    entries: dict[int, Entry]
    has_next: bool

    def numbers(self, tag: int) -> tuple[int, ...]:
        """Return a tag's values; empty if it is absent, holds no unsigned integers or points out of the file."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in CODES or entry.offset + entry.size > len(self.data):
            return ()
        return struct.unpack_from(f"{self.layout.order}{entry.count}{CODES[entry.kind]}", self.data, entry.offset)

    def number(self, tag: int, default: int = 0) -> int:
        """Return a tag's first value."""
        return next(iter(self.numbers(tag)), default)

    def of(self, tags: Collection[int]) -> bytes:
        """Return the file with a directory of these tags alone, written behind it, and without a next one."""
        kept = [entry.raw for tag, entry in sorted(self.entries.items()) if tag in tags]
        order, offset, size = self.layout.order, self.layout.offset, self.layout.offset_size
        start = len(self.data) + len(self.data) % 2  # on an even byte, as the standard asks
        return b"".join((
            self.data[:size], struct.pack(order + offset, start), self.data[2 * size :], bytes(len(self.data) % 2),
            struct.pack(order + self.layout.length, len(kept)), *kept, bytes(size),
        ))  # fmt: skip

    def content(self, tag: int) -> bytes:
        """Return the bytes of a tag's values; empty if it is absent."""
        entry = self.entries.get(tag)
        return self.data[entry.offset : entry.offset + entry.size] if entry else b""


def is_tiff(data: bytes) -> bool:
    """Whether a file begins as TIFF does."""
    return data[:4] in LAYOUTS


def first_directory(data: bytes) -> Directory:
    """Read the first directory of a TIFF file, or of an EXIF block from its byte order on.

    Raises:
        PhotoError: if there is none, if it reaches beyond the file, names a tag twice, has more than MAX_ENTRIES
            entries, or if its values together are longer than the file and hence overlap.
    """
    if not is_tiff(data):
        raise PhotoError(DAMAGED)
    try:
        directory = _read(data, LAYOUTS[data[:4]])
    except (struct.error, OverflowError, IndexError) as cause:
        raise PhotoError(DAMAGED) from cause
    if sum(entry.size for entry in directory.entries.values()) > len(data):
        raise PhotoError("The file is a TIFF whose parts overlap. Save it again as a plain JPEG or PNG.")
    return directory


def _read(data: bytes, layout: Layout) -> Directory:
    (start,) = struct.unpack_from(layout.order + layout.offset, data, layout.offset_size)
    (count,) = struct.unpack_from(layout.order + layout.length, data, start)
    if count > MAX_ENTRIES:
        raise PhotoError(DAMAGED)
    position = start + struct.calcsize(layout.order + layout.length)
    codes = f"{layout.order}HH{layout.offset}{layout.offset}"
    entries: dict[int, Entry] = {}
    for _ in range(count):
        tag, kind, values, offset = struct.unpack_from(codes, data, position)
        if tag in entries:  # readers differ on which of the two they believe
            raise PhotoError(DAMAGED)
        end = position + struct.calcsize(codes)
        lies_here = SIZES.get(kind, 0) * values <= layout.offset_size
        entries[tag] = Entry(kind, values, end - layout.offset_size if lies_here else offset, data[position:end])
        position = end
    return Directory(data, layout, entries, any(data[position : position + layout.offset_size]))
