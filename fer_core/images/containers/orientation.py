"""How a photo has to be turned: the one piece of metadata that is read, by EXIF or else by XMP."""

from __future__ import annotations

import re

from fer_core.errors import PhotoError
from fer_core.images.containers.directory import first_directory

TAG = 0x0112  # Exif 2.32, section 4.6.4 A: which corner of the scene the first stored row and column show
EXIF_START = b"Exif\0\0"  # before the block in JPEG, and in files of some writers elsewhere
XMP = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])\b")  # as an attribute or an element
MAX_XMP_BYTES = 2**20


def orientation(exif: bytes, xmp: bytes) -> int:
    """Return the orientation, 1..8, that an EXIF block notes, else that of an XMP packet, else 1 for "as stored".

    Damaged metadata is no reason to refuse good pixels, and what it notes is nothing.
    """
    try:
        noted = first_directory(exif.removeprefix(EXIF_START)).number(TAG)
    except PhotoError:
        noted = 0
    if noted in range(1, 9):
        return noted
    match = XMP.search(xmp, 0, MAX_XMP_BYTES)
    return int(match[1]) if match else 1
