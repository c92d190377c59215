"""Small files that would keep a computer busy for minutes or fill its memory, made here: (name, bytes)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from PIL import Image

from fer_core.images.containers import heic, jpeg, png
from support.bad_photos import encoded

SHORT, LONG = 3, 4  # TIFF's types
EXIF, COMMENT = 0xE1, 0xFE


def bombs() -> dict[str, bytes]:
    """All of them by name; each is refused by counts or declared sizes alone."""
    return dict([*_jpegs(), *_pngs(), *_tiffs(), *_others()])


def segment(code: int, content: bytes) -> bytes:
    """A JPEG's segment."""
    return struct.pack(">BBH", 0xFF, code, len(content) + 2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG's chunk, with a checksum of zero: nobody reads as far as to it."""
    return struct.pack(">I", len(content)) + kind + content + bytes(4)


def tiff(tags: dict[int, tuple[int, int | bytes]], body: bytes = b"") -> bytes:
    """A TIFF of one directory: its tags with their types and a value, or the bytes of many; `body` begins at byte 8."""
    tables, entries = b"", b""
    for tag, (kind, value) in sorted(tags.items()):
        if isinstance(value, int):
            entries += struct.pack("<HHII", tag, kind, 1, value)
        else:
            size = {SHORT: 2, LONG: 4}.get(kind, 1)
            entries += struct.pack("<HHII", tag, kind, len(value) // size, 8 + len(body) + len(tables))
            tables += value
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(body) + len(tables)) + body + tables + directory


def grey_tiff(width: int, height: int, compression: int = 1, bits: int = 8) -> dict[int, tuple[int, int | bytes]]:
    """The tags of a grey TIFF, without its strips or tiles."""
    return {256: (LONG, width), 257: (LONG, height), 258: (SHORT, bits), 259: (SHORT, compression),
            262: (SHORT, 1), 277: (SHORT, 1)}  # fmt: skip


def declaring(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame's header tells another size."""
    frame = next(one for one in jpeg.bounded(data) if one.code in jpeg.FRAMES)
    place = frame.content + 1
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def of_scans(count: int, width: int = 64, height: int = 64) -> bytes:
    """A progressive grey JPEG whose last scan is repeated until it has so many."""
    plain = declaring(encoded(Image.new("L", (64, 64)), "JPEG", progressive=True), width, height)
    scans = [one for one in jpeg.bounded(plain) if one.code == jpeg.SCAN]
    repeated = plain[scans[-1].start : scans[-1].end] * (count - len(scans))
    return plain[:-2] + repeated + plain[-2:]


def _jpegs() -> Iterator[tuple[str, bytes]]:
    plain = encoded(Image.new("L", (64, 64)), "JPEG")
    yield "500,000 EXIF segments", plain[:2] + segment(EXIF, b"Exif\0\0" + bytes(10)) * 500_000 + plain[2:]
    yield "5,000 segments of 2 kB", plain[:2] + segment(EXIF, b"Exif\0\0" + bytes(2000)) * 5000 + plain[2:]
    yield "2,000 comments", plain[:2] + segment(COMMENT, b"x") * 2000 + plain[2:]
    yield "a million markers without content", plain[:2] + b"\xff\x01" * 10**6 + plain[2:]
    yield "249 scans of 50 megapixels", of_scans(249, 8000, 6240)
    yield "33 scans", of_scans(33)


def _pngs() -> Iterator[tuple[str, bytes]]:
    plain = encoded(Image.new("L", (64, 64)), "PNG")
    header, rest = plain[:33], plain[33:]
    yield "a million text chunks", header + chunk(b"tEXt", b"a\0b") * 10**6 + rest
    yield "100,000 empty pixel chunks", header + chunk(b"IDAT", b"") * 100_000 + rest
    yield "60,000 unknown chunks", header + chunk(b"abCd", b"") * (png.MAX_CHUNKS + 10_000) + rest


def _tiffs() -> Iterator[tuple[str, bytes]]:
    million = bytes(4 * 10**6)
    yield "a million strips", tiff({**grey_tiff(100, 100), 273: (LONG, million), 279: (LONG, million)})
    tags = {322: (LONG, 26_000), 323: (LONG, 26_000), 324: (LONG, 8), 325: (LONG, 100)}
    yield "one tile of 26,000 px a side", tiff({**grey_tiff(100, 100, compression=8), **tags}, bytes(100))
    tags[322] = LONG, 2**31
    yield "one tile of 2,147,483,648 px", tiff({**grey_tiff(100, 100, compression=5), **tags}, bytes(100))
    inner = of_scans(82)
    tags = {273: (LONG, 8), 278: (LONG, 64), 279: (LONG, len(inner))}
    yield "a JPEG of 82 scans in a TIFF", tiff({**grey_tiff(64, 64, compression=7), **tags}, inner)
    inner = bytes(100_000)
    offsets, lengths = struct.pack("<I", 8) * 5000, struct.pack("<I", len(inner)) * 5000
    tags = {273: (LONG, offsets), 278: (LONG, 1), 279: (LONG, lengths)}
    yield "5,000 strips of the same bytes", tiff({**grey_tiff(4000, 5000, compression=5), **tags}, inner)
    entries = b"".join(struct.pack("<HHII", 40_000 + tag, 7, 10**6, 8) for tag in range(900))
    yield (
        "900 tags of the same bytes",
        (b"II*\0" + struct.pack("<I", 8 + 10**6) + bytes(10**6) + struct.pack("<H", 900) + entries + bytes(4)),
    )
    yield "65,535 tags", b"MM\0*\0\0\0\x08\xff\xff" + bytes(12 * 65_535 + 4)
    yield "an unbounded dictionary", tiff({**grey_tiff(64, 64, compression=34925), 273: (LONG, 8), 279: (LONG, 9)})


def _others() -> Iterator[tuple[str, bytes]]:
    size = 7000
    header = struct.pack("<IiiHHIIiiII", 40, size, size, 1, 8, 1, 0, 0, 0, 256, 0)
    runs = b"\0\0" * size * 2
    yield "run lengths of 49 megapixels", b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + header + bytes(1024) + runs
    sides = 8000 - 1 | (6240 - 1) << 14
    lossless = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + struct.pack("<I", sides) + b"\0"
    yield "a lossless WebP of 50 megapixels", riff(lossless)
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\x3f\0" * 2
    yield "a WebP's canvas of 268 megapixels", riff(canvas + lossless)
    yield "a million chunks of a WebP", riff(lossless + (b"abcd" + bytes(4)) * 10**6)
    gif = encoded(Image.new("L", (64, 64)), "GIF")
    yield "a million blocks of a GIF", gif[:-1] + b"\x21\xfe" + b"\x01x" * 10**6 + b"\0;"
    yield "300,000 pictures of a GIF", gif[:-1] + (b"\x2c" + bytes(8) + b"\0\x02\0") * 300_000 + b";"
    boxes = struct.pack(">I4s", 8, b"free") * 10 * heic.MAX_BOXES
    yield "10,000 boxes of a HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + boxes


def riff(chunks: bytes) -> bytes:
    """A WebP of these chunks."""
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def padded(data: bytes, count: int) -> bytes:
    """A JPEG with fill bytes before its second marker, which its standard allows in any number."""
    return data[:2] + b"\xff" * count + data[2:]
