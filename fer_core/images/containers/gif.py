"""GIF: blocks and sub-blocks (CompuServe, GIF89a, 1990), of which the first picture is kept."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container, too_many

MAX_BLOCKS = 250_000  # 60 MB in full ones of 255 bytes are 235,000
SCREEN = 13  # bytes of the signature and of the logical screen's descriptor
IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B
GRAPHIC_CONTROL = 0xF9  # says which colour is transparent


def is_gif(data: bytes) -> bool:
    """Whether a file begins as GIF does."""
    return data[:6] in (b"GIF87a", b"GIF89a")


def walk(data: bytes) -> Container:
    """Read a GIF's blocks.

    Raises:
        PhotoError: if there are too many, or if the file ends before or within its first picture.
    """
    control, picture, frames = b"", (0, 0), 0
    try:
        for start, end in _blocks(data):
            if data[start] == IMAGE:
                frames += 1
                picture = picture if frames > 1 else (start, end)
            elif data[start + 1] == GRAPHIC_CONTROL and not frames:
                control = data[start:end]
    except IndexError as cause:  # behind the first picture that does no harm
        if not frames:
            raise PhotoError(DAMAGED) from cause
    if not frames:
        raise PhotoError(DAMAGED)
    return Container(
        "GIF",
        data[: SCREEN + _table(data[10])] + control + data[slice(*picture)] + bytes([TRAILER]),
        _size(data, picture[0]),
        note=f"First frame of an animation of {frames:,}." if frames > 1 else "",
    )


def _blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each picture and extension. Raises IndexError where the file ends before its trailer."""
    position, count = SCREEN + _table(data[10]), 0
    while data[position] != TRAILER:
        start = position
        if data[start] not in (IMAGE, EXTENSION):  # some writers leave a zero between blocks
            position += 1
        else:
            position = _sub_blocks(data, start)
            while length := data[position]:
                position += 1 + length
                count += 1
                if count > MAX_BLOCKS:
                    raise too_many("a GIF", MAX_BLOCKS, "blocks")
            position += 1
            yield start, position
        count += 1
        if count > MAX_BLOCKS:
            raise too_many("a GIF", MAX_BLOCKS, "blocks")


def _sub_blocks(data: bytes, start: int) -> int:
    """Where the sub-blocks of a picture or an extension begin."""
    return start + 11 + _table(data[start + 9]) if data[start] == IMAGE else start + 2


def _table(flags: int) -> int:
    """Bytes of the colour table that a descriptor's flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _size(data: bytes, start: int) -> tuple[int, int]:
    """Width and height of the screen, or more if the picture at `start` reaches beyond it."""
    screen = struct.unpack_from("<HH", data, 6)
    left, top, width, height = struct.unpack_from("<HHHH", data, start + 1)
    return max(screen[0], left + width), max(screen[1], top + height)
