"""Picture files as containers: their segments, chunks, blocks or directories, counted before a decoder sees them.

Each format is a module with `walk`, which takes any bytes that begin as the format does, does work in proportion to the
file's length, refuses by counts with a sentence, and returns what decoding takes and nothing else. Metadata are left
out, but for the orientation.
"""

from __future__ import annotations

from collections.abc import Callable

from fer_core.images.containers import bmp, directory, gif, heic, jpeg, png, tiff, webp
from fer_core.images.containers.container import Container
from fer_core.images.file_signatures import is_heic

WALKS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Container]], ...] = (
    (jpeg.is_jpeg, jpeg.walk),
    (png.is_png, png.walk),
    (webp.is_webp, webp.walk),
    (gif.is_gif, gif.walk),
    (bmp.is_bmp, bmp.walk),
    (directory.is_tiff, tiff.walk),
    (is_heic, heic.walk),
)


def begins_as_picture(head: bytes) -> bool:
    """Whether a file with these first 16 bytes is, or would be, a picture of a kind that is known here."""
    return any(begins(head) for begins, _ in WALKS)


def walked(data: bytes) -> Container | None:
    """Walk through a file of a known kind; None for any other.

    Raises:
        PhotoError: if it is damaged, or has more parts than pictures have.
    """
    walk = next((walk for begins, walk in WALKS if begins(data)), None)
    return walk(data) if walk else None
