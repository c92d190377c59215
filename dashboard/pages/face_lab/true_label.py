"""The true label of a face, from its data set or from the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pages.face_lab.data import every_expression
from dashboard.store.dataset_images import label_of
from dashboard.ui.messages import note
from dashboard.ui.photo_input import data_set_face
from dashboard.ui.query_params import choose

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop

PREDICTED, TRUE = "predicted", "true"  # in the address, beside the expressions
UNSAID = "not said"
SHOWS, SAID_OF = "shows", "face of which it is said"  # the first one is in the address, too


def true_expression(sets: Mapping[str, str], crop: FaceCrop) -> str | None:
    """Return what the chosen face shows: its data set's label, or what the user says; None if unknown.

    Args:
        sets: data sets by name, with their titles.
    """
    row = data_set_face()
    if row is not None:
        label = label_of(*row)
        note(f"{sets[row[0]]} says that it shows: {label}.")
        return label
    place = type(crop.spec).__name__ if crop.face is None else crop.face  # a cut by hand may be moved
    _forget_other_faces(f"{crop.photo.sha256} {place}")
    chosen = choose("The face shows", [UNSAID, *every_expression()], key=SHOWS, words=str.capitalize)
    return None if chosen == UNSAID else chosen


def _forget_other_faces(which: str) -> None:
    """Forget the label of another face: it holds for one face only."""
    if st.session_state.get(SAID_OF, which) != which:
        st.session_state[SHOWS] = UNSAID
    st.session_state[SAID_OF] = which


def target_choice(expressions: Sequence[str], truth: str | None) -> str | None:
    """Return the expression whose logit is explained, None for each network's own; a known truth has an entry."""
    words = {PREDICTED: "Predicted", **({TRUE: f"True expression: {truth}"} if truth else {})}
    words |= {expression: expression.capitalize() for expression in expressions}
    chosen = choose("Explain", list(words), key="target", words=words.__getitem__)
    return {PREDICTED: None, TRUE: truth}.get(chosen, chosen)
