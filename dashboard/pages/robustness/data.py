"""What networks answer to changed faces, from stored reactions, and what the changes look like. No torch, no data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.pages.robustness.views import GatesView, RobustnessView
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.corruptions import corruption_predictions, has_corruption_predictions
from dashboard.store.logits import interval
from dashboard.store.photos import face_photo
from dashboard.views.checkpoints import Interval
from fer_core.errors import DataError, FerError
from fer_core.robustness import scores
from fer_core.robustness.corruptions import BASE_PX, CORRUPTIONS, SEVERITIES, corrupt

SHOWN_PX = 2 * BASE_PX  # two screen pixels for each of the face's


def robustness(names: Sequence[str]) -> tuple[tuple[RobustnessView, ...], tuple[str, ...], tuple[str, ...]]:
    """Return each checkpoint whose reactions are stored, the most robust first; the names of those that were not asked
    yet but could be, because their weights are here; and a sentence for each whose reactions cannot be read."""
    found, unasked, problems = [], [], []
    for name in names:
        try:
            if not has_corruption_predictions(name):
                unasked += [name] if card_of(name).weights else []
                continue
            found.append(_view(name))
        except FerError as error:
            problems.append(str(error))
    return tuple(sorted(found, key=lambda one: -one.corrupted.value)), tuple(unasked), tuple(problems)


def corrupted_lead(one: str, other: str) -> Interval | None:
    """Return the first's mean corruption accuracy minus the second's, face by face; None if their faces differ."""
    try:
        return interval(scores.lead(corruption_predictions(one), corruption_predictions(other)))
    except DataError:
        return None


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def samples(data: bytes, change: str) -> list[Image.Image]:
    """Return the largest face of a photo as a network sees it, under a corruption at severity 0 to 5."""
    photo = face_photo(data)
    square = photo.crop(0 if photo.faces else None).image
    face = np.asarray(square.convert("L").resize((BASE_PX, BASE_PX), Image.Resampling.BICUBIC))
    shown = (corrupt(face, change, severity) for severity in (0, *SEVERITIES))
    return [Image.fromarray(one).resize((SHOWN_PX, SHOWN_PX), Image.Resampling.NEAREST) for one in shown]


def _view(name: str) -> RobustnessView:
    card, stored = card_of(name), corruption_predictions(name)
    found = scores.robustness_summary(stored)
    estimates = (found.clean, found.corrupted, found.drop, found.mirror_changes)
    return RobustnessView(
        checkpoint_view(card),
        found.n,
        found.n_corrupted,
        *map(interval, estimates),
        gates=found.gates and GatesView(
            interval(found.gates.difference), found.gates.only_trained, found.gates.only_open, found.gates.p
        ),
        curves={one: tuple(map(interval, scores.by_severity(stored, one))) for one in CORRUPTIONS},
        means={one: interval(scores.by_corruption(stored, one)) for one in CORRUPTIONS},
    )  # fmt: skip
