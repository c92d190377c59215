"""Every face of several photos through every chosen network, as `fer predict` writes them.

Results are cached per photo and network, so that photos beyond those held open are not searched again at every rerun.
torch is loaded with the first face.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.pages.face_lab.crop_data import face_name
from dashboard.pages.face_lab.data import Answer, predict
from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import NetworkKey, network_key
from dashboard.store.photos import added_faces, face_photo, small_jpeg
from dashboard.store.session_results import computed_once
from fer_core.batch.result import csv_bytes
from fer_core.batch.rows import (
    NO_FACE,
    UNREADABLE,
    Row,
    answer_columns,
    columns,
    crop_columns,
    face_crops,
    photo_columns,
)
from fer_core.batch.work import made_by
from fer_core.errors import FerError, PhotoError
from fer_core.images.face_crop import FaceCrop, FacePhoto, ManualCrop

MOST_FACES = 100  # asked of each network; `fer predict` takes any number


@dataclass(frozen=True)
class FaceRecord:
    """One face, or a photo without one: what is known of it before a network answers.

    Args:
        face: its index in the photo; None for the whole picture and where there is no face.
        name: its name, or why there is none.
        columns: as `fer_core.batch.rows` has them. picture: a small JPEG, None where there is no face.
    """

    face: int | None
    name: str
    columns: Row
    picture: bytes | None = None


@dataclass(frozen=True)
class FaceAnswers:
    """A face with the photo that it comes from, by its index and name, and an answer a checkpoint.

    An answer is None where the network cannot answer, or there is no face.
    """

    photo: int
    photo_name: str
    record: FaceRecord
    answers: dict[str, Answer | None]

    @property
    def row(self) -> Row:
        """Its row in a file."""
        given = {name: answer for name, answer in self.answers.items() if answer is not None}
        return {"path": self.photo_name, **self.record.columns, **(answer_columns(given) if given else {})}


@dataclass(frozen=True)
class _File:
    """A photo's file, whose faces are cut once, however many networks are asked; `sha256` stands in cache keys."""

    data: bytes
    sha256: str
    has_level_eyes: bool

    @cached_property
    def photo(self) -> FacePhoto:
        """The photo as it is now, added faces too. Raises PhotoError."""
        return face_photo(self.data)

    @cached_property
    def crops(self) -> list[FaceCrop]:
        """All of its faces. Raises PhotoError."""
        return face_crops(self.photo, self.has_level_eyes)


def all_faces(
    photos: Sequence[tuple[str, bytes]], names: Sequence[str], has_level_eyes: bool, tell: Callable[[int], None]
) -> list[FaceAnswers]:
    """Ask the networks of checkpoints about the faces of photos, until there are MOST_FACES.

    Args:
        photos: names and files.
        tell: called with the index of the photo that comes next.
    """
    faces: list[FaceAnswers] = []
    for place, (photo_name, data) in enumerate(photos):
        if len(faces) >= MOST_FACES:
            break
        tell(place)
        file = _File(data, hashlib.sha256(data).hexdigest(), has_level_eyes)
        added = added_faces(file.sha256)
        records = _records(file, added, has_level_eyes)
        answers = {name: _answers_or_none(name, file, added, has_level_eyes) for name in names}
        for at, record in enumerate(records):
            given = {name: None if of_photo is None else of_photo[at] for name, of_photo in answers.items()}
            faces.append(FaceAnswers(place, photo_name, record, given))
    return faces[:MOST_FACES]


def faces_csv(faces: Sequence[FaceAnswers], names: Sequence[str]) -> bytes:
    """Return the faces as the CSV that `fer predict` writes of the same photos."""
    cards = [card_of(name) for name in names]
    versions = made_by([card for card in cards if card.weights is not None], has_films=False)
    return csv_bytes([{**face.row, "versions": versions} for face in faces], columns(cards))


def top(answer: Answer, n: int = 2) -> list[tuple[str, float]]:
    """Return the n most probable expressions with their probabilities, the first first."""
    ranked = sorted(zip(answer.expressions, answer.probabilities, strict=True), key=lambda pair: -pair[1])
    return ranked[:n]


def _answers_or_none(
    name: str, file: _File, added: tuple[ManualCrop, ...], has_level_eyes: bool
) -> tuple[Answer | None, ...] | None:
    try:
        return _answers(network_key(name), file, added, has_level_eyes)
    except FerError:  # said in full where this network is asked about the chosen face
        return None


@computed_once(Cost.ANSWER)
def _answers(
    key: NetworkKey, file: _File, added: tuple[ManualCrop, ...], has_level_eyes: bool
) -> tuple[Answer | None, ...]:
    """Answers to each record of a photo; the last two are for the key, the file itself knows them."""
    try:
        crops = file.crops
    except PhotoError:
        return (None,)
    return tuple(predict(key.name, crop) for crop in crops) or (None,)


@computed_once(Cost.ANSWER)
def _records(file: _File, added: tuple[ManualCrop, ...], has_level_eyes: bool) -> tuple[FaceRecord, ...]:
    try:
        photo = file.photo
    except PhotoError as error:
        columns = {"sha256": file.sha256, "status": UNREADABLE, "problem": str(error)}
        return (FaceRecord(None, "Cannot be read", columns),)
    photo_part = {"sha256": file.sha256, **photo_columns(photo)}
    records = tuple(
        FaceRecord(crop.face, _name(photo, crop.face), {**photo_part, **crop_columns(crop)}, small_jpeg(crop.image))
        for crop in file.crops
    )
    return records or (FaceRecord(None, "No face found", {**photo_part, "status": NO_FACE}),)


def _name(photo: FacePhoto, face: int | None) -> str:
    return "Whole picture" if face is None else face_name(photo, face)
