"""HEIC: the boxes of its ISO base media file (ISO/IEC 14496-12); libheif has bounds of its own for what is in them."""

from __future__ import annotations

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container, too_many

MAX_BOXES = 1000  # at the top of the file; a phone writes three to five
LARGE, TO_THE_END = 1, 0  # lengths with a meaning of their own


def walk(data: bytes) -> Container:
    """Count a HEIC's boxes. Raises PhotoError if there are too many, or if one has no length."""
    position, boxes = 0, 0
    while position + 8 <= len(data):
        boxes += 1
        if boxes > MAX_BOXES:
            raise too_many("a HEIC picture", MAX_BOXES, "boxes")
        length = int.from_bytes(data[position : position + 4], "big")
        if length == LARGE:
            length = int.from_bytes(data[position + 8 : position + 16], "big")
        if length == TO_THE_END:
            break
        if length < 8:
            raise PhotoError(DAMAGED)
        position += length
    return Container("HEIF", data, None)
