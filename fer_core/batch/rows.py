"""One photo -> its rows, one a face, by the way that a photo walks everywhere: `read_face_photo`, `crop`, `predict`.

A photo that cannot be read, and one in which no face was found, is a row as well. Columns, in their order:

    path, sha256                     the file, as it was named, and the hash of its bytes
    status, problem                  one of STATUSES; of an unreadable file the sentence that says why
    width, height                    of the photo, upright and as it was searched, px
    detector, faces                  which detector looked, and how many faces it found
    face                             which of them this row is, by size from 1
    left, top, right, bottom, score  its box in photo pixels, and the detector's score
    LANDMARK_x, LANDMARK_y           of `face_detection.LANDMARKS`, in photo pixels, where the detector tells them
    level_eyes                       whether the crop was turned so that the eyes are level
    crop_sha256, warnings            the hash of the crop's pixels, and in what it is unlike what networks learned from
    NAME:predicted, NAME:EXPRESSION  each network's answer, and its probabilities 0..1
    agreement                        the share of the networks that give the most frequent answer
    versions                         what computed the row

Where films are among the files, three more stand before `face`, unknown for photos; see `film_rows`:

    frame, time_s, track             a frame's number from 0, seconds from the first, and which face it is of those
                                     that were followed from frame to frame, from 1
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

FACE, WHOLE, NO_FACE, UNREADABLE = STATUSES = ("face", "whole picture", "no face", "unreadable")
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
    """Return a row a face, the largest first, without what is known of the file."""
    about = _photo_columns(photo)
    if options.is_whole or photo.is_face_already:
        return [{**about, "status": WHOLE, **_answered(photo.crop(None), predictors)}]
    if not photo.faces:
        return [{**about, "status": NO_FACE}]
    crops = [_crop(photo, place, options) for place in range(len(photo.faces))]
    return [
        {**about, "status": FACE, **_face_columns(crop, place), **_answered(crop, predictors)}
        for place, crop in enumerate(crops)
    ]


def _crop(photo: FacePhoto, place: int, options: CropOptions) -> FaceCrop:
    is_turned = options.has_level_eyes and photo.faces[place].landmarks
    return photo.crop(LevelEyes(place) if is_turned else place)


def _photo_columns(photo: FacePhoto) -> Row:
    return {
        "width": photo.image.width,
        "height": photo.image.height,
        "detector": photo.detector,
        "faces": len(photo.faces),
    }


def _face_columns(crop: FaceCrop, place: int) -> Row:
    face = crop.photo.faces[place]
    box = {edge: getattr(face, edge) for edge in ("left", "top", "right", "bottom")}
    named = zip(LANDMARKS, face.landmarks, strict=bool(face.landmarks))
    points = {f"{name}_{axis}": value for name, point in named for axis, value in zip("xy", point, strict=True)}
    is_turned = isinstance(crop.spec, LevelEyes)
    return {"face": place + 1, **box, "score": face.score, **points, "level_eyes": is_turned}


def _answered(crop: FaceCrop, predictors: Sequence[Predictor]) -> Row:
    predictions = {predictor.card.name: predictor.predict(crop.pixels) for predictor in predictors}
    agreement = share_of_most_frequent([prediction.expression for prediction in predictions.values()])
    said: Row = {"crop_sha256": crop.sha256, "warnings": " ".join(quality_warnings(crop.image))}
    for name, prediction in predictions.items():
        said[predicted_column(name)] = prediction.expression
        for expression, probability in zip(prediction.expressions, prediction.probabilities, strict=True):
            said[probability_column(name, expression)] = float(probability)
    return {**said, "agreement": agreement}


def share_of_most_frequent(answers: Sequence[str]) -> float:
    """Return the share of the networks that give the most frequent answer."""
    return max(Counter(answers).values()) / len(answers)
