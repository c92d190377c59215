"""Level a face's eyes: read its landmarks, turn the photo around it, and read them again.

One reading is not enough, because a detector has mostly seen upright faces and its landmarks are biased towards them.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PIL import Image

from fer_core.images.face_detection import Face, find_faces
from fer_core.images.square import Square, cut, framed

LEVEL = 2.0  # degrees of roll below which eyes are level
MOST_TURNS = 3
AROUND = 2.5  # side of the region that is turned and searched again / side of the face's square


def roll(face: Face) -> float:
    """Return the angle by which the right eye is below the left one (the head leans clockwise), -180 to 180 degrees."""
    (x0, y0), (x1, y1) = face.landmarks[:2]
    return math.degrees(math.atan2(y1 - y0, x1 - x0))


def levelled(image: Image.Image, face: Face) -> Square:
    """Return the square around a face whose content, turned as it says, has level eyes.

    It is framed again once the face is upright, since a box around a tilted face is larger. Without landmarks, or where
    the face is not found again after a turn, the previous square is kept.

    Args:
        image: RGB photo; face: found in it.
    """
    square = framed(face)
    for _ in range(MOST_TURNS):
        if not face.landmarks or abs(lean := roll(face)) < LEVEL:
            break
        square = replace(square, turn=square.turn - lean)
        around = replace(square, side=round(AROUND * square.side))
        again = _nearest(find_faces(cut(image, around), face.detector), around.side / 2)
        if again is None:
            break
        face, square = again, _in_photo(framed(again), around)
    return square


def _nearest(faces: list[Face], middle: float) -> Face | None:
    """Return the face nearest to the middle of a square, so not a neighbour's."""
    squares = [
        (math.dist((square.x, square.y), (middle, middle)), square.side, face)
        for face in faces
        for square in [framed(face)]
    ]
    near = [(distance, face) for distance, side, face in squares if distance < side / 2]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _in_photo(inner: Square, around: Square) -> Square:
    """Map an upright square inside another one's content to the photo."""
    return Square(*around.in_photo(inner.x, inner.y), inner.side, around.turn)
