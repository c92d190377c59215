"""Photo -> face boxes.

The detector is dlib's frontal one (HOG features and a linear model: King 2009, JMLR 10, 1755-1758), which lies inside
its wheel: nothing is downloaded. It finds frontal faces up to about 30 degrees of tilt, and no profiles. Where dlib
cannot be installed, everything else works and the whole picture is offered instead.

Faces are not aligned: dlib's landmark model is a separate file that no wheel holds, so where the eyes are is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

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
    width, height = (max(1, round(side * scale)) for side in image.size)
    grey = np.asarray(image.convert("L").resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0))
    with _DETECTOR_LOCK:  # the detector keeps its feature pyramid between calls
        boxes, scores, _ = _detector().run(grey, DOUBLINGS, MIN_SCORE)
    faces = [_face(box, float(score), scale) for box, score in zip(boxes, scores, strict=True)]
    faces = [face for face in faces if face.score >= CLEAR_SCORE] or faces
    return sorted(faces, key=lambda face: face.area, reverse=True)


def _face(box: Any, score: float, scale: float) -> Face:
    """What the detector found in a picture reduced by `scale`; its right and bottom edges are inclusive."""
    edges = (box.left(), box.top(), box.right() + 1, box.bottom() + 1)
    left, top, right, bottom = (round(edge / scale) for edge in edges)
    return Face(left, top, right, bottom, score)


def warm_up() -> None:
    """Load the detector, which takes a second, before the first photo asks for it."""
    if detector_available():
        with _DETECTOR_LOCK:
            _detector()


_DETECTOR_LOCK = Lock()


@lru_cache(maxsize=1)
def _detector() -> Any:
    return dlib.get_frontal_face_detector()
