"""What networks answer to corrupted faces, from stored predictions, and what corruptions look like. No torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.pages.robustness.views import RobustnessView
from dashboard.store.checkpoints import card_of, checkpoint_view, first_choice
from dashboard.store.corruptions import corruption_predictions, has_corruption_predictions
from dashboard.store.photos import face_photo
from dashboard.store.same_faces import Faces, apart, largest_group
from dashboard.store.verdicts import COMPARED
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import PairView
from fer_core.checkpoints.comparability import difference_words, fair_pair
from fer_core.checkpoints.corruption_predictions import StoredCorruptionPredictions
from fer_core.errors import DataError, FerError
from fer_core.evaluation.question import all_pairs
from fer_core.evaluation.verdict import pair_verdict
from fer_core.robustness import scores
from fer_core.robustness.corruptions import BASE_PX, CORRUPTIONS, SEVERITIES, corrupt

SHOWN_PX = 2 * BASE_PX  # two screen pixels for each of the face's


def robustness(names: Sequence[str]) -> tuple[tuple[RobustnessView, ...], tuple[str, ...], tuple[str, ...]]:
    """Return each checkpoint whose answers are stored, the most robust first; the names of those that were not asked
    yet but could be, because their weights are here; and a sentence for each whose answers cannot be read.
    """
    measured, unmeasured, problems = {}, [], []
    for name in names:
        try:
            if not has_corruption_predictions(name):
                unmeasured += [name] if card_of(name).weights else []
                continue
            measured[name] = corruption_predictions(name)
        except FerError as error:
            problems.append(str(error))
    faces = {name: _faces(name, stored) for name, stored in measured.items()}
    leading = largest_group(faces) if faces else None
    problems += [f"{name} is left out: it was measured on {apart(own, leading)}" for name, own in faces.items()
                 if own != leading]  # fmt: skip
    views = [_view(name) for name in measured if faces[name] == leading]
    return tuple(sorted(views, key=lambda view: -view.summary.corrupted.value)), tuple(unmeasured), tuple(problems)


def _faces(name: str, stored: StoredCorruptionPredictions) -> Faces:
    """The faces that were corrupted, which each ranking is about."""
    sample = stored.sample
    return Faces.of(card_of(name).data.test_split, stored.rows[sample], stored.labels[sample])


def corrupted_lead(views: Sequence[RobustnessView]) -> PairView | None:
    """Judge the most robust network against the next by mean corruption accuracy; None without two on the same faces.

    The two were picked by these very answers, so that all pairs of the measured networks count.
    """
    names = [view.checkpoint.name for view in views]
    if len(names) < 2:
        return None
    first, second = names[:2]
    ours, theirs = (scores.corrupted_answers(name, corruption_predictions(name)) for name in (first, second))
    try:
        verdict = pair_verdict(ours, theirs, all_pairs(names))
    except DataError:
        return None
    unequal = difference_words(fair_pair(card_of(first), card_of(second), COMPARED))
    return PairView(views[0].checkpoint, views[1].checkpoint, verdict, unequal)


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def samples(data: bytes, corruption: str) -> list[Image.Image]:
    """Return the largest face of a photo as a network sees it, under a corruption at severity 0 to 5."""
    photo = face_photo(data)
    square = photo.crop(0 if photo.faces else None).image
    face = np.asarray(square.convert("L").resize((BASE_PX, BASE_PX), Image.Resampling.BICUBIC))
    shown = (corrupt(face, corruption, severity) for severity in (0, *SEVERITIES))
    return [Image.fromarray(pixels).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.NEAREST) for pixels in shown]


def _view(name: str) -> RobustnessView:
    card, stored = card_of(name), corruption_predictions(name)
    return RobustnessView(
        checkpoint_view(card),
        scores.robustness_summary(stored),
        curves={corruption: scores.by_severity(stored, corruption) for corruption in CORRUPTIONS},
        means={corruption: scores.by_corruption(stored, corruption) for corruption in CORRUPTIONS},
    )


def opens_with(known: Sequence[CheckpointView]) -> list[str]:
    """Return what the page opens with: the first, which its sentence names, and the papers' networks."""
    return list(dict.fromkeys([known[0].name, *first_choice(known)]))
