"""The square of a photo that networks are given: around a detected face, cut by hand, or the whole picture.

A `FacePhoto` is a photo with the faces detected in it; its `crop` gives a `FaceCrop`, which goes to everything that
looks at the face. Faces are framed as FER2013 frames them, and as they lie, which is how its networks were trained;
those of RAF-DB learned from faces with level eyes, as their cards say. On request eyes are brought level, and a square
cut by hand can be turned.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from PIL import Image

from fer_core.images.eye_alignment import levelled
from fer_core.images.face_detection import Face, detectors, find_faces, is_face_already
from fer_core.images.photos import Photo, Source, open_photo
from fer_core.images.preprocessing import pad_to_square
from fer_core.images.square import Square, cut, framed


@dataclass(frozen=True)
class ManualCrop:
    """A square chosen by hand, in thousandths, so that it means the same place at every size of a photo.

    Args:
        x, y: its centre, 0..1000 of the photo's width and height.
        side: 1..1000 of the photo's shorter side.
        turn: degrees by which what lies in it is turned clockwise, to level the eyes of a tilted face.
    """

    x: int
    y: int
    side: int
    turn: int = 0

    def square(self, width: int, height: int) -> Square:
        """The square in a photo of this size; its side is at least 1."""
        side = max(1, round(self.side * min(width, height) / 1000))
        return Square(self.x * width / 1000, self.y * height / 1000, side, self.turn)

    def corners(self, width: int, height: int) -> list[tuple[float, float]]:
        """Its corners in pixels of a photo of this size, clockwise from what becomes the upper left one."""
        square = self.square(width, height)
        x, y, side = square.x, square.y, square.side
        angle = math.radians(-self.turn)  # the square leans against the way in which its content is turned
        right, down = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        return [
            (x + side / 2 * (a * right[0] + b * down[0]), y + side / 2 * (a * right[1] + b * down[1]))
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]


@dataclass(frozen=True)
class LevelEyes:
    """A detected face, turned so that its eyes are level; `face` is its index in FacePhoto.faces."""

    face: int


CropSpec: TypeAlias = int | LevelEyes | ManualCrop | None  # a face's index, likewise, a square, or the whole picture


@dataclass(frozen=True, eq=False)
class FacePhoto:
    """A photo and the faces detected in it.

    Args:
        sha256: of the file's bytes, hexadecimal.
        image: upright RGB; source, notes: how its file held it, and what was done (see `photos.Photo`).
        faces: largest first.
        is_face_already: whether it is too small to be searched and is itself taken as a face.
        detector: which looked for them; None where none is installed, so that no face was looked for.
    """

    sha256: str
    image: Image.Image
    source: Source
    notes: tuple[str, ...]
    faces: tuple[Face, ...]
    is_face_already: bool
    detector: str | None

    def crop(self, spec: CropSpec) -> FaceCrop:
        """Cut out one face, a square, or the whole picture padded to a square."""
        where = self._where(spec)
        image = self.image.convert("RGB")
        pixels = np.array(cut(image, where) if where else pad_to_square(np.asarray(image)))
        pixels.setflags(write=False)
        return FaceCrop(self, spec, pixels, hashlib.sha256(pixels.data).hexdigest())

    def _where(self, spec: CropSpec) -> Square | None:
        if isinstance(spec, LevelEyes):
            return levelled(self.image, self.faces[spec.face])
        if isinstance(spec, ManualCrop):
            return spec.square(*self.image.size)
        return None if spec is None else framed(self.faces[spec])


@dataclass(frozen=True)
class FaceCrop:
    """A square cut out of a photo. Two crops are equal if their pixels are.

    Args:
        photo, spec: what it was cut out of, and where.
        pixels: uint8 (S, S, 3), RGB, upright, read-only; in photo pixels, nothing was scaled.
        sha256: of `pixels`, hexadecimal: what caches are keyed on.
    """

    photo: FacePhoto = field(repr=False, compare=False)
    spec: CropSpec = field(compare=False)
    pixels: np.ndarray = field(repr=False, compare=False)
    sha256: str

    @property
    def image(self) -> Image.Image:
        """The pixels as a picture."""
        return Image.fromarray(self.pixels)

    @property
    def face(self) -> int | None:
        """The index in `photo.faces` of what was cut out; None for a square by hand and the whole picture."""
        if isinstance(self.spec, LevelEyes):
            return self.spec.face
        return self.spec if isinstance(self.spec, int) else None

    @property
    def description(self) -> str:
        """Where it was cut, in words: "face 2 of 3, numbered by size"."""
        n_faces = len(self.photo.faces)
        if self.face is None:
            return "the whole picture" if self.spec is None else "a square cut by hand"
        eyes = ", eyes level" if isinstance(self.spec, LevelEyes) else ""
        face = "the only face found" if n_faces == 1 else f"face {self.face + 1} of {n_faces}, numbered by size"
        return face + eyes


def read_face_photo(data: bytes) -> FacePhoto:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    return searched(open_photo(data), hashlib.sha256(data).hexdigest())


def searched(photo: Photo, sha256: str) -> FacePhoto:
    """Find the faces of an open photo; `sha256` is that of the file it comes from."""
    return FacePhoto(
        sha256=sha256,
        image=photo.image,
        source=photo.source,
        notes=photo.notes,
        faces=tuple(find_faces(photo.image)),
        is_face_already=is_face_already(photo.image),
        detector=next(iter(detectors()), None),
    )


def manual_crop_around(face: Face, width: int, height: int) -> ManualCrop:
    """The cut by hand that comes closest to the crop of a detected face."""
    square = framed(face)
    x, y, side = square.x * 1000 / width, square.y * 1000 / height, square.side * 1000 / min(width, height)
    return ManualCrop(*(min(1000, max(low, round(value))) for value, low in ((x, 0), (y, 0), (side, 1))))
