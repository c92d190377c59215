"""Faces of the next picture, looked for where they were: a part of the picture, made small.

A detector's time grows with the pixels that it is given. On one core CenterFace computes 47 ms for 640 x 480 px and 16
ms for 320 x 320, so pictures between two searches of everything cost a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from fer_core.images.face_detection import Face, find_faces

ROOM = 0.6  # of a face's longer side, on each side of it: as far as a head moves in half a second
MOST_PX = 320  # the longest side that the detector is given; CenterFace enlarges anything shorter anyway


def find_nearby(image: Image.Image, known: Sequence[Face]) -> list[Face]:
    """Return the faces in the part of a picture that holds `known` faces of the one before, largest first."""
    left, top, right, bottom = region(image.size, known)
    scale = min(1.0, MOST_PX / max(right - left, bottom - top))
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    part = image.resize(size, Image.Resampling.BICUBIC, (left, top, right, bottom), reducing_gap=2.0)
    return [_placed(face, left, top, (right - left) / size[0]) for face in find_faces(part)]


def region(size: tuple[int, int], known: Sequence[Face]) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) that holds all faces with ROOM around each, inside the picture."""
    rooms = [round(ROOM * max(face.right - face.left, face.bottom - face.top)) for face in known]
    with_room = list(zip(known, rooms, strict=True))
    return (
        max(0, min(face.left - room for face, room in with_room)),
        max(0, min(face.top - room for face, room in with_room)),
        min(size[0], max(face.right + room for face, room in with_room)),
        min(size[1], max(face.bottom + room for face, room in with_room)),
    )


def _placed(face: Face, left: int, top: int, ratio: float) -> Face:
    """Return a face of the part as one of the whole picture."""
    return replace(
        face,
        left=round(left + face.left * ratio),
        top=round(top + face.top * ratio),
        right=round(left + face.right * ratio),
        bottom=round(top + face.bottom * ratio),
        landmarks=tuple((left + x * ratio, top + y * ratio) for x, y in face.landmarks),
    )
