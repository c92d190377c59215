"""Photo -> face boxes, by the first detector that is installed here.

CenterFace (`centerface`) finds faces of any pose with landmarks for eyes, nose and mouth. Where its file or onnxruntime
is missing, dlib's frontal detector is used (HOG features and a linear model: King 2009, JMLR 10, 1755-1758), which
ships in its wheel: it finds frontal faces up to about 30 degrees of tilt, no profiles and no landmarks. Where neither
is installed, everything else works and the whole picture is offered instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from fer_core.images import centerface

try:
    import dlib
except ImportError:  # no wheel for this machine
    dlib = None

CENTERFACE, DLIB = "CenterFace", "dlib"
LANDMARKS = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")  # left in the picture, not of the person

MAX_DLIB_PX = 800  # longest side that dlib is given
DOUBLINGS = 1  # its smallest face has 80 px; doubled, 1/20 of the side is found, as in a group photo, in 0.25 s
MIN_SCORE = 0.0  # dlib's own; at -0.1 it sees a face in a photographer's coat, and at a padded border even at 0
ALREADY_FACE_PX = 64  # pictures this small are data-set faces, cut by someone else

# Next to a clear face, weaker boxes are folds of cloth: the sample photo has some of up to 0.10 at other sizes. Alone,
# a weak box is mostly a face: of 400 FER2013 rows the best box reaches 0 in 78 %, 0.2 in 69 %.
CLEAR_SCORE = 0.2


@dataclass(frozen=True)
class Face:
    """A face box in photo pixels, right and bottom exclusive; it may reach a little beyond the photo.

    Args:
        score: CenterFace's probability, 0.5 to 1; dlib's margin: 0 is its threshold, above 1 is a clear frontal face.
        detector: which one found it; their boxes fit a face differently.
        landmarks: (x, y) of each of LANDMARKS in photo pixels; () from dlib.
    """

    left: int
    top: int
    right: int
    bottom: int
    score: float
    detector: str = DLIB
    landmarks: tuple[tuple[float, float], ...] = ()

    @property
    def area(self) -> int:
        """Area of the box in square pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


def detectors() -> tuple[str, ...]:
    """Name the installed detectors; the first is the one used."""
    here = {CENTERFACE: centerface.weights_path() is not None, DLIB: dlib is not None}
    return tuple(name for name, is_here in here.items() if is_here)


def is_face_already(image: Image.Image) -> bool:
    """Whether a picture is too small to contain a face and is taken as a face itself."""
    return max(image.size) <= ALREADY_FACE_PX


def seen_size(detector: str, width: int, height: int) -> tuple[int, int]:
    """Return the size at which a detector is given a photo of this size."""
    if detector == CENTERFACE:
        return centerface.seen_size(width, height)
    scale = _dlib_scale(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def find_faces(image: Image.Image, detector: str | None = None) -> list[Face]:
    """Find the faces of a photo, largest first; none without a detector or in pictures that are faces already.

    A tight crop in which none is found is not searched again with a border or a lower threshold: that finds faces where
    there are none, and the whole picture is the right crop there anyway.

    Args:
        detector: one of `detectors`; by default the first.
    """
    detector = detector or next(iter(detectors()), None)
    if detector is None or is_face_already(image):
        return []
    return sorted(_FINDERS[detector](image), key=lambda face: face.area, reverse=True)


def _by_centerface(image: Image.Image) -> list[Face]:
    detections = centerface.detect(image)
    return [
        Face(round(left), round(top), round(right), round(bottom), score, CENTERFACE, tuple(map(tuple, points)))
        for (left, top, right, bottom), score, points in zip(
            detections.boxes.tolist(), detections.scores.tolist(), detections.landmarks.tolist(), strict=True
        )
    ]


def _by_dlib(image: Image.Image) -> list[Face]:
    """dlib's faces; boxes below CLEAR_SCORE count only where no box is above it."""
    scale = _dlib_scale(*image.size)
    grey = np.asarray(
        image.convert("L").resize(seen_size(DLIB, *image.size), Image.Resampling.BICUBIC, reducing_gap=2.0)
    )
    with _DLIB_LOCK:  # the detector keeps its feature pyramid between calls
        boxes, scores, _ = _dlib_detector().run(grey, DOUBLINGS, MIN_SCORE)
    faces = [_dlib_face(box, float(score), scale) for box, score in zip(boxes, scores, strict=True)]
    return [face for face in faces if face.score >= CLEAR_SCORE] or faces


def _dlib_scale(width: int, height: int) -> float:
    return min(1.0, MAX_DLIB_PX / max(width, height))


def _dlib_face(box: Any, score: float, scale: float) -> Face:
    """What dlib found in a picture reduced by `scale`; its right and bottom edges are inclusive."""
    edges = (box.left(), box.top(), box.right() + 1, box.bottom() + 1)
    left, top, right, bottom = (round(edge / scale) for edge in edges)
    return Face(left, top, right, bottom, score)


_FINDERS: dict[str, Callable[[Image.Image], list[Face]]] = {CENTERFACE: _by_centerface, DLIB: _by_dlib}


def warm_up() -> None:
    """Load the detector, which takes up to a second, before the first photo needs it."""
    find_faces(Image.new("RGB", (ALREADY_FACE_PX + 1,) * 2))


_DLIB_LOCK = Lock()


@lru_cache(maxsize=1)
def _dlib_detector() -> Any:
    return dlib.get_frontal_face_detector()
