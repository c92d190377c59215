"""The square of a photo that networks are given: around a detected face, cut by hand, or the whole picture.

A `FacePhoto` is a photo with the faces detected in it; its `crop` gives a `FaceCrop`, which all later steps share.
Faces are framed as FER2013 frames them and left unrotated, as its networks were trained; those of RAF-DB learned from
faces with level eyes, as their cards say. On request the eyes are levelled, and a square cut by hand can be turned.
Where the detector missed a face, a square cut by hand is added to the photo as one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
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
        turn: degrees by which its content is turned clockwise, to level the eyes of a tilted face.
    """

    x: int
    y: int
    side: int
    turn: int = 0

    def square(self, width: int, height: int) -> Square:
        """The square in a photo of this size; its side is at least 1."""
        side = max(1, round(self.side * min(width, height) / 1000))
        return Square(self.x * width / 1000, self.y * height / 1000, side, self.turn)

    @classmethod
    def over(cls, square: Square, width: int, height: int) -> ManualCrop:
        """Return the closest crop to a square of a photo of this size; its turn is in whole degrees."""
        x, y = square.x * 1000 / width, square.y * 1000 / height
        side = square.side * 1000 / min(width, height)
        x, y, side = (min(1000, max(low, round(value))) for value, low in ((x, 0), (y, 0), (side, 1)))
        return cls(x, y, side, round(square.turn))


@dataclass(frozen=True)
class LevelEyes:
    """A detected face, turned so that its eyes are level; `face` is its index in FacePhoto.faces."""

    face: int


# The index of a face (first FacePhoto.faces, then FacePhoto.added), unrotated or levelled; a square; the whole picture.
CropSpec: TypeAlias = int | LevelEyes | ManualCrop | None


@dataclass(frozen=True, eq=False)
class FacePhoto:
    """A photo and the faces detected in it.

    Args:
        sha256: of the file's bytes, hexadecimal.
        image: upright RGB; source, notes: how it was stored, and what was done (see `photos.Photo`).
        faces: largest first.
        is_face_already: whether it is too small to be searched and is itself taken as a face.
        detector: which one looked for them; None where none is installed.
        added: faces that the detector missed, cut by hand.
    """

    sha256: str
    image: Image.Image
    source: Source
    notes: tuple[str, ...]
    faces: tuple[Face, ...]
    is_face_already: bool
    detector: str | None
    added: tuple[ManualCrop, ...] = ()

    @property
    def n_faces(self) -> int:
        """How many faces it has, detected and added."""
        return len(self.faces) + len(self.added)

    def with_added(self, added: tuple[ManualCrop, ...]) -> FacePhoto:
        """Return the same photo with these faces besides the detected ones."""
        return replace(self, added=added)

    def spec_of(self, face: int, has_level_eyes: bool) -> CropSpec:
        """Return how to crop a face, by its index; its eyes are levelled on request, where landmarks are known."""
        is_known = face < len(self.faces) and self.faces[face].landmarks
        return LevelEyes(face) if has_level_eyes and is_known else face

    def crop(self, spec: CropSpec) -> FaceCrop:
        """Cut out one face, a square, or the whole picture padded to a square."""
        where = self._where(spec)
        image = self.image.convert("RGB")
        pixels = np.array(cut(image, where) if where else pad_to_square(np.asarray(image)))
        pixels.setflags(write=False)
        return FaceCrop(self, spec, where, pixels, hashlib.sha256(pixels.data).hexdigest())

    def _where(self, spec: CropSpec) -> Square | None:
        if isinstance(spec, LevelEyes):
            return levelled(self.image, self.faces[spec.face])
        if isinstance(spec, int) and spec >= len(self.faces):
            spec = self.added[spec - len(self.faces)]
        if isinstance(spec, ManualCrop):
            return spec.square(*self.image.size)
        return None if spec is None else framed(self.faces[spec])


@dataclass(frozen=True)
class FaceCrop:
    """A square cut out of a photo. Two crops are equal if their pixels are.

    Args:
        photo, spec: what it was cut from, and how.
        square: its place in the photo; None for the whole picture.
        pixels: uint8 (S, S, 3), RGB, upright, read-only; in photo pixels, nothing was scaled.
        sha256: of `pixels`, hexadecimal: what caches are keyed on.
    """

    photo: FacePhoto = field(repr=False, compare=False)
    spec: CropSpec = field(compare=False)
    square: Square | None = field(compare=False)
    pixels: np.ndarray = field(repr=False, compare=False)
    sha256: str

    @property
    def image(self) -> Image.Image:
        """The pixels as a picture."""
        return Image.fromarray(self.pixels)

    @property
    def face(self) -> int | None:
        """The index of the face, detected or added; None for a square by hand and the whole picture."""
        if isinstance(self.spec, LevelEyes):
            return self.spec.face
        return self.spec if isinstance(self.spec, int) else None

    @property
    def is_by_hand(self) -> bool:
        """Whether a person chose the square: one by hand, or a face that was added."""
        return isinstance(self.spec, ManualCrop) or (self.face is not None and self.face >= len(self.photo.faces))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in photo pixels: of the detector's box, of the square before its turn, or of all."""
        if self.square is None:
            return 0, 0, *self.photo.image.size
        if self.face is not None and not self.is_by_hand:
            face = self.photo.faces[self.face]
            return face.left, face.top, face.right, face.bottom
        left, top = round(self.square.x - self.square.side / 2), round(self.square.y - self.square.side / 2)
        return left, top, left + self.square.side, top + self.square.side

    @property
    def landmarks(self) -> tuple[tuple[float, float], ...]:
        """The face's landmarks (x, y) in pixels of the crop, in the order of `LANDMARKS`; () where none are known."""
        if self.face is None or self.is_by_hand or self.square is None:
            return ()
        return tuple(self.square.seen(x, y) for x, y in self.photo.faces[self.face].landmarks)

    @property
    def description(self) -> str:
        """Which part of the photo it is, in words: "face 2 of 3, numbered by size"."""
        n_faces = self.photo.n_faces
        if self.face is None:
            return "the whole picture" if self.spec is None else "a square cut by hand"
        if self.is_by_hand:
            return f"face {self.face + 1} of {n_faces}, cut by hand"
        eyes = ", eyes level" if isinstance(self.spec, LevelEyes) else ""
        face = "the only face found" if n_faces == 1 else f"face {self.face + 1} of {n_faces}, numbered by size"
        return face + eyes


def read_face_photo(data: bytes) -> FacePhoto:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    return searched(open_photo(data), hashlib.sha256(data).hexdigest())


def searched(photo: Photo, sha256: str) -> FacePhoto:
    """Find the faces of an open photo; `sha256` is that of its file."""
    return FacePhoto(
        sha256=sha256,
        image=photo.image,
        source=photo.source,
        notes=photo.notes,
        faces=tuple(find_faces(photo.image)),
        is_face_already=is_face_already(photo.image),
        detector=next(iter(detectors()), None),
    )
