"""BMP: its header, and whether run lengths follow, which Pillow reads pixel by pixel in Python."""

from __future__ import annotations

import struct

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container

OLDEST = 12  # bytes of OS/2's header, whose sides have 16 bits and whose pixels are plain
RUN_LENGTHS = (1, 2)  # compression by runs of 8 or 4 bits
MAX_RUN_LENGTH_PIXELS = 2_000_000  # about 0.3 s


def is_bmp(data: bytes) -> bool:
    """Whether a file begins as BMP does."""
    return data.startswith(b"BM")


def walk(data: bytes) -> Container:
    """Read a BMP's header. Raises PhotoError if it is cut off, or if it has run lengths for a large picture."""
    try:
        width, height, compression = _header(data)
    except struct.error as cause:
        raise PhotoError(DAMAGED) from cause
    if compression in RUN_LENGTHS and width * height > MAX_RUN_LENGTH_PIXELS:
        raise PhotoError(
            f"The file is a BMP with run lengths of {width * height / 1e6:.1f} megapixels; those are read up to "
            f"{MAX_RUN_LENGTH_PIXELS / 1e6:.0f}. Save it as JPEG or PNG."
        )
    return Container("BMP", data, (width, height))


def _header(data: bytes) -> tuple[int, int, int]:
    """Width, height (stored negative if the rows go down) and compression."""
    (size,) = struct.unpack_from("<I", data, 14)
    if size == OLDEST:
        return *struct.unpack_from("<HH", data, 18), 0
    width, height, _, _, compression = struct.unpack_from("<iiHHI", data, 18)
    return abs(width), abs(height), compression
