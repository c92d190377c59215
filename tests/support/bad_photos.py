"""Forty and more files that cannot be a photo, made here: (name, bytes). Each must end in a sentence."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from zlib import compress, crc32

import numpy as np
from PIL import Image

from fer_core.images import photos

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", *(["HEIF"] if photos.pillow_heif else []))


def bad_photos() -> dict[str, bytes]:
    """All of them by name."""
    return dict([*_cut_off(), *_of_another_kind(), *_of_a_bad_size(), *_odd()])


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, depth: int = 8, color: int = 0, body: bytes = b"", length: int | None = None) -> bytes:
    """A PNG of this header with `body` as its pixels, whatever the header says."""
    data = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    for kind, chunk in ((b"IHDR", header), (b"IDAT", compress(body)), (b"IEND", b"")):
        size = len(chunk) if length is None or kind != b"IDAT" else length
        data += struct.pack(">I", size) + kind + chunk + struct.pack(">I", crc32(kind + chunk))
    return data


def _cut_off() -> Iterator[tuple[str, bytes]]:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    for kind in KINDS:
        whole = encoded(noise, kind)
        for share in (0.02, 0.5):
            yield f"{kind} cut off at {share:.0%}", whole[: int(share * len(whole))]
        yield f"{kind} of which only the end is left", whole[len(whole) // 2 :]


def _of_another_kind() -> Iterator[tuple[str, bytes]]:
    yield "nothing.jpg", b""
    yield "one byte.jpg", b"\xff"
    yield "zeros.jpg", bytes(5000)
    yield "text.jpg", b"Dear reader, this is no picture.\n" * 20
    yield "drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "drawing with a declaration.svg", b'<?xml version="1.0"?><svg/>'
    yield "page.html", b"<!doctype html><img src=x onerror=alert(1)>"
    yield "page.jpg", b"\n\n<html><body>404</body></html>"
    yield "document.pdf", b"%PDF-1.7\n1 0 obj\n"
    yield "drawing.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n"
    yield "letter.docx", b"PK\x03\x04" + bytes(60)
    yield "program.png", b"\x7fELF\x02\x01\x01" + bytes(60)
    yield "film.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41"
    yield "picture.avif", b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1"
    yield "empty.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    yield "icon.ico", encoded(Image.new("RGB", (64, 64)), "ICO")
    yield "long.jpg", b"\xff\xd8" + bytes(photos.MAX_BYTES)


def _of_a_bad_size() -> Iterator[tuple[str, bytes]]:
    yield "bomb.png", png(30_000, 30_000)
    yield "no width.png", png(0, 64)
    yield "largest header.png", png(2**31 - 1, 2**31 - 1)
    yield "126 megapixels.png", png(14_000, 9_000)
    yield "dot.png", encoded(Image.new("RGB", (1, 1)), "PNG")
    yield "strip.png", encoded(Image.new("RGB", (4000, 30)), "PNG")
    yield (
        "huge.bmp",
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
    )
    yield "huge.gif", b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"\x3b"


def _odd() -> Iterator[tuple[str, bytes]]:
    yield "no pixels.png", png(64, 64)
    yield "chunk longer than the file.png", png(64, 64, body=bytes(64 * 30), length=2**30)
    yield "unknown colour type.png", png(64, 64, color=5)
    yield "header of a JPEG.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    yield "directory that points nowhere.tif", b"II*\x00" + struct.pack("<I", 2**31)
    yield "directory that points to itself.tif", b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"
    yield "floating point.tif", encoded(Image.new("F", (64, 64), 0.5), "TIFF")
