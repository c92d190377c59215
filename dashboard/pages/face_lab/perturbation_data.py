"""One face, changed on purpose, through networks. torch is loaded when the first is asked.

Changes are made on the face as a network reads it, at its size, so that a severity means here what it means on the
Robustness page. The mirror comes first, then the changes in the order of their table, and last a box, which thus
lies where it was drawn on the changed face.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.pages.face_lab.perturbation_views import MIRROR, PerturbedAnswersView, SeverityCurveView
from dashboard.store.photos import crop_face, spec_of
from dashboard.store.predictions import Answer, loaded, predict, weights_of
from dashboard.views.checkpoints import CheckpointView
from fer_core.images.face_crop import CropSpec, digest
from fer_core.images.preprocessing import stages
from fer_core.robustness.box import Box, cover_box
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES, corrupt, mirror

SHOWN_PX = 240  # side of the shown faces, on which boxes are drawn: five screen pixels for each of 48

Changes = tuple[tuple[str, int], ...]  # (name, severity from 0 to 5); any severity but 0 mirrors


def perturbed_answers(
    row: CheckpointView, photo: bytes, face: CropSpec, changes: Changes, box: Box | None = None
) -> PerturbedAnswersView:
    """Ask a network about a face as it is and changed; a `box` is covered, too. Raises FerError."""
    before, after = predict(row.name, photo, face), _answer(row.name, photo, face, changes, box)
    return PerturbedAnswersView(row, before.expressions, before.probabilities, after.probabilities)


def severity_curve(
    row: CheckpointView, photo: bytes, face: CropSpec, names: Sequence[str], box: Box | None = None
) -> SeverityCurveView:
    """Ask a network while the named changes grow together from severity 0 to 5. Raises FerError.

    The mirror and a `box` have no severity: they are there from 1 on.
    """
    steps = [
        _answer(row.name, photo, face, tuple((name, severity) for name in names), box if severity else None)
        for severity in (0, *SEVERITIES)
    ]
    first = steps[0].expression
    place = steps[0].expressions.index(first)
    return SeverityCurveView(
        row, first, tuple(one.probabilities[place] for one in steps), tuple(one.expression for one in steps)
    )


def faces_shown(
    name: str, photo: bytes, face: CropSpec, changes: Changes, box: Box | None = None
) -> tuple[Image.Image, Image.Image]:
    """Return a face as the network of a checkpoint reads it and the changed one, both enlarged. Raises FerError."""
    before = stages(crop_face(photo, face), spec_of(name)).sized
    after = _changed(before, changes, box)
    return tuple(Image.fromarray(one).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.NEAREST) for one in (before, after))


def _answer(name: str, photo: bytes, face: CropSpec, changes: Changes, box: Box | None) -> Answer:
    kept = tuple((one, severity) for one, severity in changes if severity)
    laid = None if box is None or box.is_empty else box
    if not kept and laid is None:
        return predict(name, photo, face)
    return _ask(name, weights_of(name), digest(photo), face, kept, laid, photo)


@st.cache_data(max_entries=512, show_spinner=False, scope="session")
def _ask(  # noqa: PLR0913
    name: str, weights: str, key: str, face: CropSpec, changes: Changes, box: Box | None, _photo: bytes
) -> Answer:
    predictor = loaded(name)
    prediction = predictor.predict(_changed(stages(crop_face(_photo, face), predictor.spec).sized, changes, box))
    return Answer(tuple(prediction.expressions), tuple(float(p) for p in prediction.probabilities))


def _changed(picture: np.ndarray, changes: Changes, box: Box | None = None) -> np.ndarray:
    wanted = dict(changes)
    if wanted.get(MIRROR):
        picture = mirror(picture[None])[0]
    for name in CORRUPTIONS:
        picture = corrupt(picture, name, wanted.get(name, 0))
    return picture if box is None else cover_box(picture[None], box)[0]
