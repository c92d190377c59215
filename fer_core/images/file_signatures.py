"""What a file that cannot be opened as a photo seems to be, by how it begins."""

from __future__ import annotations

# Pictures that some machines can read (see photos.FORMATS): (offset, bytes, name).
HEIC = tuple((4, b"ftyp" + brand, "a HEIC picture") for brand in (b"hei", b"hev", b"mif1", b"msf1"))

SIGNATURES = (
    *HEIC,
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftypavis", "an AVIF picture"),
    (4, b"ftyp", "a video"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"%!PS", "an EPS drawing"),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
)

# The same for files of text, which may begin with a byte order mark and white space.
TEXTS = (
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an SVG drawing or another XML text"),
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
)

UNKNOWN = "not a picture, or its beginning is damaged"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def kind_of(data: bytes) -> str:
    """Return the name of a file's kind with its article, to follow "The file is ..."."""
    for offset, start, name in SIGNATURES:
        if data[offset : offset + len(start)].lower() == start.lower():
            return name
    words = data[:256].removeprefix(BYTE_ORDER_MARK).lstrip().lower()
    return next((name for start, name in TEXTS if words.startswith(start)), UNKNOWN)


def is_heic(data: bytes) -> bool:
    """Whether a file begins as HEIC does."""
    return any(data[offset : offset + len(start)] == start for offset, start, _ in HEIC)


def shown_name(name: str) -> str:
    """A file's name as text can hold it: of a name that is not UTF-8, each strange byte becomes a question mark."""
    return name.encode("utf-8", "replace").decode()
