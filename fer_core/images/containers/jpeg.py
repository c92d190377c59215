"""JPEG: markers, segments and scans (ITU-T T.81, annex B), and the few segments that decoding takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container, too_many
from fer_core.images.containers.orientation import EXIF_START, orientation

MAX_SEGMENTS = 1000  # 60 MB of full ones are 916; a camera writes 10 to 40
MAX_SCANS = 32  # a progressive JPEG has about ten; each passes over the whole picture once more
XMP_START = b"http://ns.adobe.com/xap/1.0/\0"

START, SCAN, END = b"\xff\xd8", 0xDA, 0xD9
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
APP0, APP1, APP14 = 0xE0, 0xE1, 0xEE  # JFIF, EXIF and XMP, Adobe: how the channels are to be read
DECODING = FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, SCAN, END, APP0, APP14}
WITHOUT_LENGTH = {0x01, 0xD8, END}

# Not 0xFF00, which stands for a byte of a scan, and not the restart markers, which belong to a scan.
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")


@dataclass(frozen=True)
class Segment:
    """A marker's code and where it lies: its 0xFF, its content, and its end, which for a scan is that of its data."""

    code: int
    start: int
    content: int
    end: int


def is_jpeg(data: bytes) -> bool:
    """Whether a file begins as JPEG does."""
    return data.startswith(START + b"\xff")


def walk(data: bytes) -> Container:
    """Read a JPEG's segments; what follows its end, as a phone's film or second picture does, is left out.

    Raises:
        PhotoError: if it has too many segments or scans, or no frame.
    """
    segments = bounded(data)
    frame = next((segment for segment in segments if segment.code in FRAMES), None)
    if frame is None:
        raise PhotoError(DAMAGED)
    width, height = data[frame.content + 3 : frame.content + 5], data[frame.content + 1 : frame.content + 3]
    kept = b"".join(data[segment.start : segment.end] for segment in segments if segment.code in DECODING)
    return Container(
        "JPEG",
        START + kept,
        (int.from_bytes(width, "big"), int.from_bytes(height, "big")),
        orientation(_application(data, segments, EXIF_START), _application(data, segments, XMP_START)),
    )


def bounded(data: bytes) -> list[Segment]:
    """Return a JPEG's segments up to its end. Raises PhotoError if there are too many of them, or of its scans."""
    segments: list[Segment] = []
    scans = 0
    for segment in _segments(data):
        segments.append(segment)
        scans += segment.code == SCAN
        if len(segments) > MAX_SEGMENTS:
            raise too_many("a JPEG", MAX_SEGMENTS, "segments")
        if scans > MAX_SCANS:
            raise too_many("a JPEG", MAX_SCANS, "scans")
    return segments


def _segments(data: bytes) -> Iterator[Segment]:
    position = len(START)
    while marker := MARKER.search(data, position):
        start, content, code = marker.start(), marker.end(), marker[1][0]
        end = content
        if code not in WITHOUT_LENGTH:
            end += int.from_bytes(data[content : content + 2], "big")
            if not content + 2 <= end <= len(data):
                raise PhotoError(DAMAGED)
        if code == SCAN:
            following = MARKER.search(data, end)
            end = following.start() if following else len(data)
        yield Segment(code, start, content + 2, end)
        if code == END:
            return
        position = end


def _application(data: bytes, segments: list[Segment], start: bytes) -> bytes:
    """What follows `start` in the first APP1 segment that begins with it."""
    blocks = (data[segment.content : segment.end] for segment in segments if segment.code == APP1)
    return next((block[len(start) :] for block in blocks if block.startswith(start)), b"")
