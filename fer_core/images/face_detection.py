"""Photo -> face boxes -> the square crop that a network was trained to see.

The detector is dlib's frontal one (HOG features and a linear model: King 2009, JMLR 10, 1755-1758), which lies inside
its wheel: nothing is downloaded. It finds frontal faces up to about 30 degrees of tilt, and no profiles. Where dlib
cannot be installed, everything else works and the whole picture is offered instead.

Faces are not aligned: dlib's landmark model is a separate file that no wheel holds, so where the eyes are is not known.
A square cut by hand can be turned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from fer_core.images.preprocessing import pad_to_square

try:
    import dlib
except ImportError:  # no wheel for this machine
    dlib = None

MAX_DETECTION_PX = 800  # longest side the detector is given
DOUBLINGS = 1  # its smallest face has 80 px; doubled, 1/20 of the side is found, as in a group photo, in 0.25 s
MIN_SCORE = 0.0  # dlib's own; at -0.1 it sees a face in a photographer's coat, and at a padded border even at 0
ALREADY_FACE_PX = 64  # pictures this small are data-set faces, cut by someone else

# Beside a clear face, weaker boxes are folds of cloth: the sample photo has some of up to 0.10 at other sizes. Alone, a
# weak box is mostly a face: of 400 FER2013 rows the best box reaches 0 in 78 %, 0.2 in 69 %.
CLEAR_SCORE = 0.2

# How FER2013 frames a face, in units of the box that find_faces gives. Measured on 300 random Training rows (numpy seed
# 0), each enlarged by bicubic to 175, 181, 186, 192, 198 and 204 px, which spans one step of the detector's pyramid and
# so averages its coarse grid out, with a replicated border of 64 px; mean over the sizes with exactly one face. n = 255
# rows; medians with bootstrap 95 % intervals: side 1.18 (1.18 to 1.21), vertical offset -0.06 (-0.07 to -0.05),
# horizontal offset 0.00 (-0.01 to 0.00), hence no constant for it.
FRAME_PER_BOX = 1.18  # side of the frame / side of the box
FRAME_SHIFT_Y = -0.06  # centre of the frame below (+) or above (-) the centre of the box / side of the box


@dataclass(frozen=True)
class Face:
    """A face box in photo pixels, right and bottom exclusive; it may reach a little beyond the photo.

    `score` is the detector's margin: 0 is its threshold, above 1 is a clear frontal face. It is not a probability.
    """

    left: int
    top: int
    right: int
    bottom: int
    score: float

    @property
    def area(self) -> int:
        """Area of the box in square pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


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


def manual_crop_around(face: Face, width: int, height: int) -> ManualCrop:
    """The cut by hand that comes closest to the crop of a detected face."""
    x, y, side = _frame(face, FRAME_PER_BOX)
    x, y, side = x * 1000 / width, y * 1000 / height, side * 1000 / min(width, height)
    return ManualCrop(*(min(1000, max(low, round(value))) for value, low in ((x, 0), (y, 0), (side, 1))))


def detector_available() -> bool:
    """Whether dlib is installed; without it `find_faces` finds none."""
    return dlib is not None


def is_face_already(image: Image.Image) -> bool:
    """Whether a picture is too small for a photo with a face in it and is taken as a face itself."""
    return max(image.size) <= ALREADY_FACE_PX


def find_faces(image: Image.Image) -> list[Face]:
    """Frontal faces of a photo, largest first; none without dlib and in pictures that are faces already.

    Boxes below CLEAR_SCORE count only where no box is above it.

    A tight crop in which the detector finds none is not searched again with a border or a lower threshold: that
    finds faces where there are none, and the whole picture is the right crop there anyway.
    """
    if not detector_available() or is_face_already(image):
        return []
    scale = min(1.0, MAX_DETECTION_PX / max(image.size))
    size = tuple(max(1, round(side * scale)) for side in image.size)
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
    with _DETECTOR_LOCK:  # the detector keeps its feature pyramid between calls
        boxes, scores, _ = _detector().run(grey, DOUBLINGS, MIN_SCORE)
    faces = [
        Face(
            *(round(edge / scale) for edge in (box.left(), box.top(), box.right() + 1, box.bottom() + 1)),
            score=float(score),
        )
        for box, score in zip(boxes, scores, strict=True)
    ]
    faces = [face for face in faces if face.score >= CLEAR_SCORE] or faces
    return sorted(faces, key=lambda face: face.area, reverse=True)


def warm_up() -> None:
    """Load the detector, which takes a second, before the first photo asks for it."""
    if detector_available():
        with _DETECTOR_LOCK:
            _detector()


_DETECTOR_LOCK = Lock()


@lru_cache(maxsize=1)
def _detector() -> Any:
    return dlib.get_frontal_face_detector()


def crop(image: Image.Image, face: Face | ManualCrop | None, margin: float = FRAME_PER_BOX) -> Image.Image:
    """The square around a face, framed as FER2013 frames it; beyond the photo its border is repeated.

    Args:
        image: RGB photo.
        face: a box of `find_faces`, a square chosen by hand, or None for the whole picture, padded to a square.
        margin: side of the crop in units of the box's side, > 0; only boxes take it.

    Returns:
        RGB, side = round(margin * mean side of the box), in photo pixels; nothing is scaled.
    """
    if face is None:
        return Image.fromarray(pad_to_square(np.asarray(image.convert("RGB"))))
    if isinstance(face, ManualCrop):
        x, y, side = face.in_pixels(*image.size)
        return _turned_cut(image, x, y, side, face.turn)
    x, y, side = _frame(face, margin)
    return _turned_cut(image, x, y, max(1, round(side)), turn=0)


def _frame(face: Face, margin: float) -> tuple[float, float, float]:
    """Centre (x, y) and side, in photo pixels, of the square that stands for a box."""
    box_side = (face.right - face.left + face.bottom - face.top) / 2
    y = (face.top + face.bottom) / 2 + FRAME_SHIFT_Y * box_side
    return (face.left + face.right) / 2, y, margin * box_side


def corners(cut: ManualCrop, width: int, height: int) -> list[tuple[float, float]]:
    """The four corners of a cut in pixels of a photo of this size, clockwise from what becomes the upper left one."""
    x, y, side = cut.in_pixels(width, height)
    angle = math.radians(-cut.turn)  # the square leans against the way in which its content is turned
    right, down = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    return [
        (x + side / 2 * (a * right[0] + b * down[0]), y + side / 2 * (a * right[1] + b * down[1]))
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]


def _turned_cut(image: Image.Image, x: float, y: float, side: int, turn: int) -> Image.Image:
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
