"""Every face of a photo through every chosen network. torch is loaded when the first face is asked for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from dashboard.pages.face_lab.data import Answer, predict
from fer_core.errors import FerError
from fer_core.images.face_crop import FaceCrop, FacePhoto

MOST_FACES = 12  # asked of each network; a school class would take a minute
FACE_PX = 96


@dataclass(frozen=True)
class FaceAnswers:
    """One face of a photo: its number from 1, a little PNG of it, and an answer a network, None where it cannot."""

    number: int
    picture: bytes
    answers: tuple[Answer | None, ...]


def all_faces(names: Sequence[str], photo: FacePhoto) -> list[FaceAnswers]:
    """Ask the networks of checkpoints about the MOST_FACES largest faces."""
    crops = [photo.crop(place) for place in range(min(MOST_FACES, len(photo.faces)))]
    return [
        FaceAnswers(number, _png(crop.image), tuple(_answer(name, crop) for name in names))
        for number, crop in enumerate(crops, 1)
    ]


def _answer(name: str, crop: FaceCrop) -> Answer | None:
    try:
        return predict(name, crop)
    except FerError:  # said in full where this network is asked about the chosen face
        return None


def top(answer: Answer, n: int = 2) -> list[tuple[str, float]]:
    """Return the n most probable expressions with their probabilities, the first first."""
    ranked = sorted(zip(answer.expressions, answer.probabilities, strict=True), key=lambda pair: -pair[1])
    return ranked[:n]


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC, reducing_gap=2.0).save(file, "PNG")
    return file.getvalue()
