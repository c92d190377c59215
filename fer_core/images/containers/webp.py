"""WebP: the chunks of its RIFF container (RFC 9649), and those that decoding its first picture takes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container, too_many
from fer_core.images.containers.orientation import orientation

MAX_CHUNKS = 10_000  # an animation has one per frame
HEADER = 12  # "RIFF", a length, "WEBP"
DECODING = {b"VP8X", b"ANIM", b"ALPH", b"VP8 ", b"VP8L"}
METADATA_FLAGS = 0b0010_1100  # of VP8X: a profile, EXIF, XMP
LOSSY_START = b"\x9d\x01\x2a"


def is_webp(data: bytes) -> bool:
    """Whether a file begins as WebP does."""
    return data[:4] == b"RIFF" and data[8:HEADER] == b"WEBP"


def walk(data: bytes) -> Container:
    """Read a WebP's chunks; only the first frame of an animation is kept.

    Raises:
        PhotoError: if there are too many chunks, or none that tells the size.
    """
    kept, noted, frames = bytearray(), {b"EXIF": b"", b"XMP ": b""}, 0
    for number, (kind, content) in enumerate(_chunks(data), 1):
        if number > MAX_CHUNKS:
            raise too_many("a WebP", MAX_CHUNKS, "chunks")
        frames += kind == b"ANMF"
        if kind in noted:
            noted[kind] = noted[kind] or content
        elif kind in DECODING or (kind == b"ANMF" and frames == 1):
            kept += kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    if kept[:4] == b"VP8X" and len(kept) > 8:
        kept[8] &= ~METADATA_FLAGS
    return Container(
        "WEBP",
        b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WEBP" + kept,
        _size(bytes(kept[:18])),
        orientation(noted[b"EXIF"], noted[b"XMP "]),
        f"First frame of an animation of {frames:,}." if frames > 1 else "",
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk. Raises PhotoError if one is cut off."""
    position = HEADER
    while position + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        position += 8
        if position + length > len(data):
            raise PhotoError(DAMAGED)
        yield kind, data[position : position + length]
        position += length + length % 2


def _size(first: bytes) -> tuple[int, int]:
    """Width and height as the first chunk, of which the beginning is given, declares them."""
    kind, content = first[:4], first[8:]
    if kind == b"VP8X" and len(content) == 10:
        return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
    if kind == b"VP8 " and content[3:6] == LOSSY_START:
        return tuple(side & 0x3FFF for side in struct.unpack_from("<HH", content, 6))
    if kind == b"VP8L" and len(content) >= 5:
        sides = int.from_bytes(content[1:5], "little")
        return 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)
    raise PhotoError(DAMAGED)
