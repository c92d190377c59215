"""Squares of a photo: how a face is framed, and how a square, turned or not, is cropped."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from fer_core.images.face_detection import CENTERFACE, DLIB, Face


@dataclass(frozen=True)
class Framing:
    """How FER2013 frames a face, in units of the side of a detector's box, the mean of its width and height.

    Args:
        side: of the square.
        shift_y: its centre below (+) or above (-) that of the box.
    """

    side: float
    shift_y: float


# Measured on 300 random Training rows (numpy seed 0), each enlarged by bicubic to 175, 181, 186, 192, 198 and 204 px,
# which spans one step of dlib's pyramid and so averages its coarse grid out, with a replicated border of 64 px; mean
# over the sizes with exactly one face; medians with bootstrap 95 % intervals. dlib, n = 255: side 1.18 (1.18 to 1.21),
# vertical offset -0.06 (-0.07 to -0.05), horizontal offset 0.00 (-0.01 to 0.00). CenterFace, n = 272: side 1.15 (1.13
# to 1.17), vertical offset -0.01 (-0.02 to 0.00), horizontal offset -0.01 (-0.01 to 0.00). Hence no constant for the
# horizontal one.
FRAMINGS = {DLIB: Framing(1.18, -0.06), CENTERFACE: Framing(1.15, -0.01)}


@dataclass(frozen=True)
class Square:
    """A square in photo pixels: its centre, its side, and by how many degrees its content is turned clockwise."""

    x: float
    y: float
    side: int
    turn: float = 0.0

    @property
    def corners(self) -> list[tuple[float, float]]:
        """Its corners in photo pixels, clockwise from what becomes the upper left one."""
        half, angle = self.side / 2, math.radians(-self.turn)  # it leans against the way in which its content is turned
        return [_turned(self.x, self.y, a * half, b * half, angle) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the photo to the pixels of what `cut` takes of this square."""
        return _turned(self.side / 2, self.side / 2, x - self.x, y - self.y, math.radians(self.turn))

    def in_photo(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the cut back to the photo; the inverse of `seen`."""
        return _turned(self.x, self.y, x - self.side / 2, y - self.side / 2, math.radians(-self.turn))


def _turned(x: float, y: float, right: float, down: float, angle: float) -> tuple[float, float]:
    """A point from which (right, down) leads to another once it is turned clockwise by an angle -> that other."""
    return x + right * math.cos(angle) - down * math.sin(angle), y + right * math.sin(angle) + down * math.cos(angle)


def framed(face: Face) -> Square:
    """Return the upright square that frames a detected face; its side is at least 1."""
    framing = FRAMINGS[face.detector]
    box_side = (face.right - face.left + face.bottom - face.top) / 2
    y = (face.top + face.bottom) / 2 + framing.shift_y * box_side
    return Square((face.left + face.right) / 2, y, max(1, round(framing.side * box_side)))


def around_box(left: float, top: float, right: float, bottom: float) -> Square:
    """Return the upright square with the centre of a box of photo pixels and its longer side."""
    return Square((left + right) / 2, (top + bottom) / 2, max(1, round(max(right - left, bottom - top))))


def cut(image: Image.Image, square: Square) -> Image.Image:
    """Crop a square, RGB, `side` px a side; beyond the photo its border is repeated."""
    side = square.side
    if square.turn % 360 == 0:
        return _cut(image, round(square.x - side / 2), round(square.y - side / 2), side)
    around = side + 2 * math.ceil(side * (math.sqrt(2) - 1) / 2)  # holds the square at any angle, around one centre
    wide = _cut(image, round(square.x - around / 2), round(square.y - around / 2), around)
    edge = (around - side) // 2
    turned = wide.rotate(-square.turn, Image.Resampling.BICUBIC)  # Pillow counts anticlockwise
    return turned.crop((edge, edge, edge + side, edge + side))


def _cut(image: Image.Image, left: int, top: int, side: int) -> Image.Image:
    right, bottom = left + side, top + side
    if min(left, top) >= 0 and right <= image.width and bottom <= image.height:  # no need to touch the whole photo
        return image.crop((left, top, right, bottom)).convert("RGB")
    pixels = np.asarray(image.convert("RGB"))
    rows = np.clip(np.arange(top, bottom), 0, image.height - 1)  # clipped indices repeat the border
    columns = np.clip(np.arange(left, right), 0, image.width - 1)
    return Image.fromarray(pixels[rows[:, None], columns])
