"""What is seen in a photo before any network is asked: the upright picture, its faces, the crop of one. No torch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image

from fer_core.images import face_detection, photos
from fer_core.images.face_detection import ManualCrop

CropSpec: TypeAlias = (
    int | ManualCrop | None
)  # the face's place in Sight.faces, a square cut by hand, or the whole picture


@dataclass(frozen=True, eq=False)
class Sight:
    """What was found in a photo: the upright picture, how its file held it, what was done, its faces, largest first."""

    image: Image.Image
    source: photos.Source
    notes: tuple[str, ...]
    faces: tuple[face_detection.Face, ...]
    is_face_already: bool
    has_detector: bool


def look(data: bytes) -> Sight:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    opened = photos.open_photo(data)
    return Sight(
        image=opened.image,
        source=opened.source,
        notes=opened.notes,
        faces=tuple(face_detection.find_faces(opened.image)),
        is_face_already=face_detection.is_face_already(opened.image),
        has_detector=face_detection.detector_available(),
    )


def crop(sight: Sight, where: CropSpec) -> Image.Image:
    """The square crop around a face, the square cut by hand, or the whole picture as a square for None."""
    return face_detection.crop(sight.image, sight.faces[where] if isinstance(where, int) else where)


def digest(data: bytes) -> str:
    """What stands for a photo's bytes: their SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def named(where: CropSpec, n_faces: int) -> str:
    """A crop in words: "face 2 of 3, numbered by size"."""
    if where is None:
        return "the whole picture"
    if isinstance(where, ManualCrop):
        return "a square cut by hand"
    return "the only face found" if n_faces == 1 else f"face {where + 1} of {n_faces}, numbered by size"
