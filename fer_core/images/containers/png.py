"""PNG: chunks (W3C, Portable Network Graphics, third edition), and those that decoding takes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container, too_many
from fer_core.images.containers.orientation import MAX_XMP_BYTES, orientation

START = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 50_000  # 60 MB in libpng's chunks of 8 KiB are 7,500
DECODING = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
XMP_KEYWORD = b"XML:com.adobe.xmp\0"
EXIF_KEYWORD = b"Raw profile type exif\0"  # ImageMagick's way, older than the chunk eXIf


def is_png(data: bytes) -> bool:
    """Whether a file begins as PNG does."""
    return data.startswith(START)


def walk(data: bytes) -> Container:
    """Read a PNG's chunks. Raises PhotoError if there are too many, or if the first is not its header."""
    if data[len(START) + 4 : len(START) + 8] != b"IHDR" or len(data) < len(START) + 16:
        raise PhotoError(DAMAGED)
    kept, noted = [START], dict[bytes, bytes]()
    for number, (kind, start, end) in enumerate(_chunks(data), 1):
        if number > MAX_CHUNKS:
            raise too_many("a PNG", MAX_CHUNKS, "chunks")
        if kind in DECODING:
            kept.append(data[start:end])
        elif kind in (b"eXIf", b"acTL", b"iTXt", b"zTXt"):
            content = data[start + 8 : end - 4]
            is_text = kind.endswith(b"TXt")
            noted.setdefault(content[: content.find(b"\0") + 1] if is_text else kind, content)
    frames = int.from_bytes(noted.get(b"acTL", b"")[:4], "big")
    return Container(
        "PNG",
        b"".join(kept),
        struct.unpack_from(">II", data, len(START) + 8),
        orientation(
            noted.get(b"eXIf") or _raw_profile(noted.get(EXIF_KEYWORD, b"")), _xmp(noted.get(XMP_KEYWORD, b""))
        ),
        f"First frame of an animation of {frames:,}." if frames > 1 else "",
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk, with its length and checksum; the last may be cut off."""
    position = len(START)
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + length + 12
        yield kind, position, end
        if kind == b"IEND":
            return
        position = end


def _xmp(content: bytes) -> bytes:
    """The text of an iTXt chunk: after the keyword whether and how it is compressed, and two texts that end in zero."""
    about, text = content[len(XMP_KEYWORD) :][:1], content[len(XMP_KEYWORD) + 2 :].split(b"\0", 2)[-1]
    return _inflated(text) if about == b"\x01" else text


def _raw_profile(content: bytes) -> bytes:
    """EXIF as ImageMagick writes it, compressed: a line's end, "exif", its length, and hexadecimal lines."""
    lines = _inflated(content[len(EXIF_KEYWORD) + 1 :]).split(b"\n")[3:]
    try:
        return bytes.fromhex(b"".join(lines).decode("ascii"))
    except ValueError:
        return b""


def _inflated(compressed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(compressed, MAX_XMP_BYTES)
    except zlib.error:
        return b""
