"""What a walk through a picture file finds before any decoder sees it, and the sentences with which it stops."""

from __future__ import annotations

from dataclasses import dataclass

from fer_core.errors import PhotoError

DAMAGED = "The picture is damaged or cut off in the middle; choose another copy of it."


@dataclass(frozen=True)
class Container:
    """A picture file cut down to what decoding its first picture takes.

    Args:
        format: Pillow's name of it.
        data: the file without metadata, without further frames and without what lies behind the picture.
        size: (width, height) as the file declares them, px; None where only the decoder can tell (HEIC).
        orientation: 1..8 as EXIF numbers them (Exif 2.32, tag 274), from EXIF or else XMP; 1 without any.
        note: a sentence if the file holds more than the picture that is taken, else empty.
        bits: of each channel, where that matters (TIFF).
    """

    format: str
    data: bytes
    size: tuple[int, int] | None
    orientation: int = 1
    note: str = ""
    bits: int = 8


def too_many(kind: str, limit: int, parts: str) -> PhotoError:
    """Build the refusal of a file with more parts than pictures have; reading them all would take minutes."""
    return PhotoError(
        f"The file is {kind} of more than {limit:,} {parts}, which no camera writes and which would keep this "
        f"computer busy. Save it again as a plain JPEG or PNG."
    )
