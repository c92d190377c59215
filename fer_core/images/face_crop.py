"""The square of a photo that networks are given: around a detected face, cut by hand, or the whole picture.

A `FacePhoto` is a photo with the faces detected in it; its `crop` gives a `FaceCrop`, which goes to everything that
looks at the face. Faces are framed as FER2013 frames them, and not aligned; a square cut by hand can be turned.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from PIL import Image

from fer_core.images.face_detection import Face, detector_available, find_faces, is_face_already
from fer_core.images.photos import Source, open_photo
from fer_core.images.preprocessing import pad_to_square

# How FER2013 frames a face, in units of the box that find_faces gives. Measured on 300 random Training rows (numpy seed
# 0), each enlarged by bicubic to 175, 181, 186, 192, 198 and 204 px, which spans one step of the detector's pyramid and
# so averages its coarse grid out, with a replicated border of 64 px; mean over the sizes with exactly one face. n = 255
# rows; medians with bootstrap 95 % intervals: side 1.18 (1.18 to 1.21), vertical offset -0.06 (-0.07 to -0.05),
# horizontal offset 0.00 (-0.01 to 0.00), hence no constant for it.
FRAME_PER_BOX = 1.18  # side of the frame / side of the box
FRAME_SHIFT_Y = -0.06  # centre of the frame below (+) or above (-) the centre of the box / side of the box


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

    def in_pixels(self, width: int, height: int) -> tuple[float, float, int]:
        """Centre (x, y) and side in a photo of this size; the side is at least 1."""
        return self.x * width / 1000, self.y * height / 1000, max(1, round(self.side * min(width, height) / 1000))

    def corners(self, width: int, height: int) -> list[tuple[float, float]]:
        """Its corners in pixels of a photo of this size, clockwise from what becomes the upper left one."""
        x, y, side = self.in_pixels(width, height)
        angle = math.radians(-self.turn)  # the square leans against the way in which its content is turned
        right, down = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        return [
            (x + side / 2 * (a * right[0] + b * down[0]), y + side / 2 * (a * right[1] + b * down[1]))
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]


CropSpec: TypeAlias = int | ManualCrop | None  # a face's index in FacePhoto.faces, a square, or the whole picture


@dataclass(frozen=True, eq=False)
class FacePhoto:
    """A photo and the faces detected in it.

    Args:
        sha256: of the file's bytes, hexadecimal.
        image: upright RGB; source, notes: how its file held it, and what was done (see `photos.Photo`).
        faces: largest first.
        is_face_already: whether it is too small to be searched and is itself taken as a face.
        has_detector: False where dlib is not installed, so that no face was looked for.
    """

    sha256: str
    image: Image.Image
    source: Source
    notes: tuple[str, ...]
    faces: tuple[Face, ...]
    is_face_already: bool
    has_detector: bool

    def crop(self, spec: CropSpec) -> FaceCrop:
        """Cut out one face, a square, or the whole picture padded to a square."""
        square = cut_square(self.image, self.faces[spec] if isinstance(spec, int) else spec)
        pixels = np.array(square)
        pixels.setflags(write=False)
        return FaceCrop(self, spec, pixels, hashlib.sha256(pixels.data).hexdigest())


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
    def description(self) -> str:
        """Where it was cut, in words: "face 2 of 3, numbered by size"."""
        n_faces = len(self.photo.faces)
        if self.spec is None:
            return "the whole picture"
        if isinstance(self.spec, ManualCrop):
            return "a square cut by hand"
        return "the only face found" if n_faces == 1 else f"face {self.spec + 1} of {n_faces}, numbered by size"


def read_face_photo(data: bytes) -> FacePhoto:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    photo = open_photo(data)
    return FacePhoto(
        sha256=hashlib.sha256(data).hexdigest(),
        image=photo.image,
        source=photo.source,
        notes=photo.notes,
        faces=tuple(find_faces(photo.image)),
        is_face_already=is_face_already(photo.image),
        has_detector=detector_available(),
    )


def manual_crop_around(face: Face, width: int, height: int) -> ManualCrop:
    """The cut by hand that comes closest to the crop of a detected face."""
    x, y, side = _frame(face)
    x, y, side = x * 1000 / width, y * 1000 / height, side * 1000 / min(width, height)
    return ManualCrop(*(min(1000, max(low, round(value))) for value, low in ((x, 0), (y, 0), (side, 1))))


def cut_square(image: Image.Image, where: Face | ManualCrop | None) -> Image.Image:
    """The square around a face, framed as FER2013 frames it; beyond the photo its border is repeated.

    Args:
        image: RGB photo.
        where: a detected face, a square chosen by hand, or None for the whole picture, padded to a square.

    Returns:
        RGB; around a face its side is FRAME_PER_BOX times the mean side of the box, in photo pixels.
    """
    if where is None:
        return Image.fromarray(pad_to_square(np.asarray(image.convert("RGB"))))
    if isinstance(where, ManualCrop):
        return _cut_turned(image, *where.in_pixels(*image.size), turn=where.turn)
    x, y, side = _frame(where)
    return _cut_turned(image, x, y, max(1, round(side)), turn=0)


def _frame(face: Face) -> tuple[float, float, float]:
    """Centre (x, y) and side, in photo pixels, of the square that stands for a box."""
    box_side = (face.right - face.left + face.bottom - face.top) / 2
    y = (face.top + face.bottom) / 2 + FRAME_SHIFT_Y * box_side
    return (face.left + face.right) / 2, y, FRAME_PER_BOX * box_side


def _cut_turned(image: Image.Image, x: float, y: float, side: int, turn: int) -> Image.Image:
    if turn % 360 == 0:
        return _cut(image, round(x - side / 2), round(y - side / 2), side)
    around = side + 2 * math.ceil(side * (math.sqrt(2) - 1) / 2)  # holds the square at any angle, around one centre
    wide = _cut(image, round(x - around / 2), round(y - around / 2), around)
    edge = (around - side) // 2
    turned = wide.rotate(-turn, Image.Resampling.BICUBIC)  # Pillow counts anticlockwise
    return turned.crop((edge, edge, edge + side, edge + side))


def _cut(image: Image.Image, left: int, top: int, side: int) -> Image.Image:
    right, bottom = left + side, top + side
    if min(left, top) >= 0 and right <= image.width and bottom <= image.height:  # no need to touch the whole photo
        return image.crop((left, top, right, bottom)).convert("RGB")
    pixels = np.asarray(image.convert("RGB"))
    rows = np.clip(np.arange(top, bottom), 0, image.height - 1)  # clipped indices repeat the border
    columns = np.clip(np.arange(left, right), 0, image.width - 1)
    return Image.fromarray(pixels[rows[:, None], columns])
