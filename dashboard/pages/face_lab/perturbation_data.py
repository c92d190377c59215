"""One face, perturbed on purpose, through networks. torch is loaded when the first is asked.

Perturbations are applied to the face as a network reads it, at its size, so that a severity means here what it means on
the Robustness page. The mirror comes first, then the corruptions in the order of their table, and last a box, which
thus lies where it was drawn on the perturbed face.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from dashboard.pages.face_lab.data import Answer, input_spec, predict
from dashboard.pages.face_lab.perturbation_views import Perturbation, PerturbedAnswersView, SeverityCurveView
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import NetworkKey, loaded, network_key
from dashboard.store.session_results import computed_once
from dashboard.views.checkpoints import CheckpointView
from fer_core.images.face_crop import FaceCrop
from fer_core.images.preprocessing import stages
from fer_core.robustness.box import Box, cover_box
from fer_core.robustness.corruptions import CORRUPTIONS, SEVERITIES, corrupt, mirror

SHOWN_PX = 240  # side of the shown faces, on which boxes are drawn: five screen pixels for each of 48


def perturbed_answers(row: CheckpointView, crop: FaceCrop, perturbation: Perturbation) -> PerturbedAnswersView:
    """Ask a network about a face as it is and perturbed. Raises FerError."""
    before, after = predict(row.name, crop), _answer(row.name, crop, perturbation)
    return PerturbedAnswersView(row, before.expressions, before.probabilities, after.probabilities)


def severity_curve(row: CheckpointView, crop: FaceCrop, perturbation: Perturbation) -> SeverityCurveView:
    """Ask a network while all corruptions of a perturbation grow together from severity 0 to 5. Raises FerError."""
    steps = [_answer(row.name, crop, perturbation.at(severity)) for severity in (0, *SEVERITIES)]
    first = steps[0].expression
    place = steps[0].expressions.index(first)
    probabilities = tuple(step.probabilities[place] for step in steps)
    return SeverityCurveView(row, first, probabilities, tuple(step.expression for step in steps))


def faces_shown(name: str, crop: FaceCrop, perturbation: Perturbation) -> tuple[Image.Image, Image.Image]:
    """Return a face as the network of a checkpoint reads it and the perturbed one, both enlarged. Raises FerError."""
    before = stages(crop.pixels, input_spec(name)).sized
    after = perturbed(before, perturbation)
    return _enlarged(before), _enlarged(after)


def perturbed(picture: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    """Return a picture, uint8 (H, W) or (H, W, 3), after a perturbation."""
    severities = dict(perturbation.severities)
    if perturbation.is_mirrored:
        picture = mirror(picture[None])[0]
    for name in CORRUPTIONS:
        picture = corrupt(picture, name, severities.get(name, 0))
    return picture if perturbation.box is None else cover_box(picture[None], Box(*perturbation.box))[0]


def _answer(name: str, crop: FaceCrop, perturbation: Perturbation) -> Answer:
    effective = perturbation.effective
    return predict(name, crop) if effective == Perturbation() else _ask(network_key(name), crop, effective)


@computed_once(Cost.ANSWER)
def _ask(key: NetworkKey, crop: FaceCrop, perturbation: Perturbation) -> Answer:
    predictor = loaded(key)
    prediction = predictor.predict(perturbed(stages(crop.pixels, predictor.spec).sized, perturbation))
    return Answer(tuple(prediction.expressions), tuple(float(p) for p in prediction.probabilities))


def _enlarged(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(picture).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.NEAREST)
