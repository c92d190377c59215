"""What networks answer to corrupted faces, from stored predictions, and what corruptions look like. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.pages.robustness.views import CorruptionView, RobustnessView
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.file_cache import cached_by_file
from dashboard.store.photos import crop_face, find_faces_in
from dashboard.store.same_faces import Faces, apart, largest_group
from fer_core.checkpoints.corruption_predictions import (
    StoredCorruptionPredictions,
    corruption_predictions_path,
    load_corruption_predictions,
)
from fer_core.errors import DataError, FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.images.face_crop import digest
from fer_core.robustness import scores
from fer_core.robustness.corruptions import BASE_PX, CORRUPTIONS, SEVERITIES, corrupt

SHOWN_PX = 2 * BASE_PX  # two screen pixels for each of the face's


def corruptions() -> tuple[CorruptionView, ...]:
    """Return the corruptions, with what their severities mean."""
    return tuple(
        CorruptionView(one.name, one.title, tuple(one.words(severity) for severity in SEVERITIES))
        for one in CORRUPTIONS.values()
    )


def robustness(names: Sequence[str]) -> tuple[tuple[RobustnessView, ...], tuple[str, ...], tuple[str, ...]]:
    """Return each checkpoint whose answers are stored, the most robust first; the names of those that were not asked
    yet but could be, because their weights are here; and a sentence for each whose answers cannot be read."""
    asked, unasked, problems = {}, [], []
    for name in names:
        try:
            if not _path(name).is_file():
                unasked += [name] if card_of(name).weights else []
                continue
            asked[name] = _stored(name)
        except FerError as error:
            problems.append(str(error))
    faces = {name: _faces(name, stored) for name, stored in asked.items()}
    leading = largest_group(faces) if faces else None
    problems += [f"{name} is left out: it was measured on {apart(one, leading)}" for name, one in faces.items()
                 if one != leading]  # fmt: skip
    found = [_view(name) for name in asked if faces[name] == leading]
    return tuple(sorted(found, key=lambda one: -one.summary.corrupted.value)), tuple(unasked), tuple(problems)


def _faces(name: str, stored: StoredCorruptionPredictions) -> Faces:
    """The faces that were corrupted, which each ranking is about."""
    sample = stored.sample
    return Faces.of(card_of(name).data["test_split"], stored.rows[sample], stored.labels[sample])


def corrupted_lead(one: str, other: str) -> Estimate | None:
    """Return the first's mean corruption accuracy minus the second's, face by face; None if their faces differ."""
    try:
        return scores.lead(_stored(one), _stored(other))
    except DataError:
        return None


def flip_changes(name: str) -> Estimate | None:
    """Return the share of a checkpoint's answers that change when faces are mirrored; None where not stored."""
    try:
        return scores.robustness_summary(_stored(name)).mirror_changes
    except FerError:  # the Robustness page says why
        return None


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def _samples(key: str, corruption: str, _photo: bytes) -> list[Image.Image]:
    square = crop_face(_photo, 0 if find_faces_in(_photo).faces else None)
    face = np.asarray(square.convert("L").resize((BASE_PX, BASE_PX), Image.Resampling.BICUBIC))
    shown = (corrupt(face, corruption, severity) for severity in (0, *SEVERITIES))
    return [Image.fromarray(one).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.NEAREST) for one in shown]


def samples(photo: bytes, corruption: str) -> list[Image.Image]:
    """Return the largest face of a photo as a network sees it, under a corruption at severity 0 to 5."""
    return _samples(digest(photo), corruption, photo)


def _view(name: str) -> RobustnessView:
    card, stored = card_of(name), _stored(name)
    return RobustnessView(
        checkpoint_view(card),
        scores.robustness_summary(stored),
        curves={one: scores.by_severity(stored, one) for one in CORRUPTIONS},
        means={one: scores.by_corruption(stored, one) for one in CORRUPTIONS},
    )


def _stored(name: str) -> StoredCorruptionPredictions:
    card, path = card_of(name), _path(name)
    return _read(path, name, (card.weights or {}).get("sha256"))


def _path(name: str) -> Path:
    card = card_of(name)
    return corruption_predictions_path(card.folder, card.data["test_split"])


@cached_by_file(maxsize=64)
def _read(path: Path, name: str, weights: str | None) -> StoredCorruptionPredictions:
    """Other `weights` are a new question: what is stored may not be theirs."""
    card = card_of(name)
    return load_corruption_predictions(card, card.data["test_split"])
