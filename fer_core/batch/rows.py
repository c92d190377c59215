"""One photo -> its rows, one per face, processed as everywhere else: `read_face_photo`, `crop`, `predict`.

A photo that cannot be read, and one in which no face was found, is a row as well. Columns, in their order:

    path, sha256                     the file, as it was named, and the hash of its bytes
    status, problem                  one of STATUSES; of an unreadable file the sentence that says why
    width, height                    of the photo, upright and as it was searched, px
    detector, faces                  which detector looked, and how many faces it found
    face                             which of them this row is, by size from 1
    left, top, right, bottom, score  its box in photo pixels, and the detector's score; of a face that was added by
                                     hand in the face lab, the square before it was turned, and no score
    LANDMARK_x, LANDMARK_y           of `face_detection.LANDMARKS`, in photo pixels, where the detector tells them
    level_eyes, turn                 whether the crop was turned so that the eyes are level, and by how many degrees
                                     clockwise its content was turned
    crop_sha256, warnings            the hash of the crop's pixels, and how it differs from what networks learned from
    NAME:predicted, NAME:EXPRESSION  each network's answer, and its probabilities 0..1
    agreement                        the share of the networks that give the most frequent answer
    versions                         the software and weights that computed the row

Where films are among the files, three more stand before `face`, unknown for photos; see `film_rows`:

    frame, time_s, track             a frame's number from 0, seconds from the first, and which face it is of those
                                     that were followed from frame to frame, from 1
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from fer_core import files
from fer_core.checkpoints.card import Card
from fer_core.errors import PhotoError, printable
from fer_core.images.face_crop import FaceCrop, FacePhoto, LevelEyes, read_face_photo
from fer_core.images.face_detection import LANDMARKS
from fer_core.images.input_quality import quality_warnings
from fer_core.images.photos import MAX_BYTES, read_file

if TYPE_CHECKING:
    from fer_core.inference.predictor import Predictor

Row = dict[str, Any]

STATUSES = ("face", "face by hand", "whole picture", "no face", "unreadable")
FACE, BY_HAND, WHOLE, NO_FACE, UNREADABLE = STATUSES
PHOTO_COLUMNS = {
    "path": pa.string(),
    "sha256": pa.string(),
    "status": pa.string(),
    "problem": pa.string(),
    "width": pa.int32(),
    "height": pa.int32(),
    "detector": pa.string(),
    "faces": pa.int32(),
}
FILM_COLUMNS = {"frame": pa.int32(), "time_s": pa.float64(), "track": pa.int32()}
FACE_COLUMNS = {
    "face": pa.int32(),
    **dict.fromkeys(("left", "top", "right", "bottom"), pa.int32()),
    "score": pa.float32(),
    **dict.fromkeys((f"{name}_{axis}" for name in LANDMARKS for axis in "xy"), pa.float32()),
    "level_eyes": pa.bool_(),
    "turn": pa.float32(),
    "crop_sha256": pa.string(),
    "warnings": pa.string(),
}


def columns(cards: Sequence[Card], has_films: bool = False) -> pa.Schema:
    """Return the names and types of a result's columns for these networks."""
    answers: dict[str, pa.DataType] = {}
    for card in cards:
        answers[predicted_column(card.name)] = pa.string()
        answers |= {probability_column(card.name, expression): pa.float32() for expression in card.expressions}
    about = {**PHOTO_COLUMNS, **(FILM_COLUMNS if has_films else {}), **FACE_COLUMNS}
    return pa.schema({**about, **answers, "agreement": pa.float32(), "versions": pa.string()})


def predicted_column(network: str) -> str:
    """Return the column of a network's answer."""
    return f"{network}:predicted"


def probability_column(network: str, expression: str) -> str:
    """Return the column of the probability that a network gives an expression."""
    return f"{network}:{expression}"


class Answer(Protocol):
    """A network's answer to a crop."""

    @property
    def expression(self) -> str:
        """The most probable expression."""

    @property
    def expressions(self) -> Sequence[str]:
        """All that the network knows, in its own order."""

    @property
    def probabilities(self) -> Iterable[float]:
        """One per expression (K,), 0..1."""


@dataclass(frozen=True)
class CropOptions:
    """How a batch cuts faces: whole pictures as faces; or, where landmarks are known, turned so that eyes are level."""

    is_whole: bool = False
    has_level_eyes: bool = False


def photo_rows(path: Path, predictors: Sequence[Predictor], options: CropOptions) -> list[Row]:
    """Return the rows of one file; whatever is wrong with the file is in its row."""
    about: Row = {"path": printable(str(path))}
    try:
        data = read_file(path)
        about["sha256"] = files.sha256(path) if len(data) > MAX_BYTES else hashlib.sha256(data).hexdigest()
        photo = read_face_photo(data)
    except (PhotoError, OSError) as error:  # OSError: gone while it was hashed
        return [{**about, "status": UNREADABLE, "problem": str(error)}]
    return [{**about, **row} for row in face_rows(photo, predictors, options)]


def face_rows(photo: FacePhoto, predictors: Sequence[Predictor], options: CropOptions) -> list[Row]:
    """Return one row per face, the largest first, without what is known of the file."""
    about = photo_columns(photo)
    crops = [photo.crop(None)] if options.is_whole else face_crops(photo, options.has_level_eyes)
    if not crops:
        return [{**about, "status": NO_FACE}]
    return [
        {
            **about,
            **crop_columns(crop),
            **answer_columns({predictor.card.name: predictor.predict(crop.pixels) for predictor in predictors}),
        }
        for crop in crops
    ]


def face_crops(photo: FacePhoto, has_level_eyes: bool) -> list[FaceCrop]:
    """Cut out every face, the largest first; of a photo that is taken as a face itself, the whole."""
    if photo.is_face_already and not photo.added:
        return [photo.crop(None)]
    return [photo.crop(photo.spec_of(face, has_level_eyes)) for face in range(photo.n_faces)]


def photo_columns(photo: FacePhoto) -> Row:
    """Return what is known of a photo that could be read."""
    return {
        "width": photo.image.width,
        "height": photo.image.height,
        "detector": photo.detector,
        "faces": len(photo.faces),
    }


def crop_columns(crop: FaceCrop) -> Row:
    """Return what is known of a crop without asking a network."""
    status = WHOLE if crop.face is None else BY_HAND if crop.is_by_hand else FACE
    quality = {"crop_sha256": crop.sha256, "warnings": " ".join(quality_warnings(crop.image))}
    return {"status": status, **_face_columns(crop), **quality}


def _face_columns(crop: FaceCrop) -> Row:
    if crop.face is None or crop.square is None:
        return {}
    row: Row = {
        "face": crop.face + 1,
        **dict(zip(("left", "top", "right", "bottom"), crop.box, strict=True)),
        "level_eyes": isinstance(crop.spec, LevelEyes),
        "turn": crop.square.turn,
    }
    if crop.is_by_hand:
        return row
    face = crop.photo.faces[crop.face]
    named = zip(LANDMARKS, face.landmarks, strict=bool(face.landmarks))
    points = {f"{name}_{axis}": value for name, point in named for axis, value in zip("xy", point, strict=True)}
    return {**row, "score": face.score, **points}


def answer_columns(answers: Mapping[str, Answer]) -> Row:
    """Return what networks, by name, answer to one crop."""
    columns: Row = {}
    for name, answer in answers.items():
        columns[predicted_column(name)] = answer.expression
        for expression, probability in zip(answer.expressions, answer.probabilities, strict=True):
            columns[probability_column(name, expression)] = float(probability)
    return {**columns, "agreement": share_of_most_frequent([answer.expression for answer in answers.values()])}


def share_of_most_frequent(answers: Sequence[str]) -> float:
    """Return the share of the networks that give the most frequent answer."""
    return max(Counter(answers).values()) / len(answers)
