"""One face of a photo: a detected one, the whole picture, or a square cut by hand. Nothing is chosen silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.crop_data import crop_warnings, first_manual_crop, manual_crop, outlined
from dashboard.store.photos import face_photo
from dashboard.ui.address import end_page
from dashboard.ui.messages import answer, note, show_problems, shown_errors
from dashboard.ui.query_params import segments, slide

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop, FacePhoto, ManualCrop

WHOLE, BY_HAND = "whole", "hand"
WORDS = {WHOLE: "Whole picture", BY_HAND: "Cut by hand"}
ALL_THE_SAME = {"no": "No", "yes": "Whole photo", BY_HAND: "Crop"}

NO_FACE = {
    None: "No face detector is installed here (see requirements-centerface.txt), so no face was looked for.",
    "dlib": "dlib found no face. It knows frontal ones, turned or tilted by less than about 30 degrees.",
}
NOT_ASKED = "No network is asked yet: choose under the photo what it is given, the whole photo or a crop."

SHARE_STEP = 5  # thousandths
MOST_TURN = 45  # degrees; beyond that a photo is turned, not a head tilted


def face_choice(data: bytes, sentence: DeltaGenerator) -> FaceCrop:
    """Show the photo in a file with its faces and return the crop of the chosen one. May end the page.

    Args:
        sentence: where the page answers; there the reason is given if there is no answer.
    """
    photo = None
    with shown_errors():
        photo = face_photo(data)
    if photo is None:
        end_page()
    frame = st.container()
    chosen = _chosen(photo)
    spec = _by_hand(photo) if chosen == BY_HAND else int(chosen) - 1 if chosen not in (WHOLE, None) else None
    n = len(photo.faces)
    alt = f"The photo, upright, with {n} outlined {'face' if n == 1 else 'faces'}"
    frame.image(outlined(photo, spec), width="stretch", alt=alt)
    with frame:
        note(_described(photo))
    if chosen is None:
        with sentence:
            answer(NOT_ASKED)
        end_page()
    crop = photo.crop(spec)
    show_problems(crop_warnings(crop))
    return crop


def _chosen(photo: FacePhoto) -> str | None:
    """Return a face's number from 1, WHOLE, BY_HAND, or None as long as nobody agreed to use a photo without a face."""
    places = [str(place) for place in range(1, len(photo.faces) + 1)]
    if places or photo.is_face_already:
        words = {**{place: f"Face {place}" for place in places}, **WORDS}
        return segments("Face", list(words), key="face", words=words.__getitem__)
    reason = NO_FACE.get(photo.detector, f"{photo.detector} found no face.")
    show_problems([f"{reason} If the picture is a close-up of one face, the whole of it can be used."])
    agreed = segments("Continue anyway?", list(ALL_THE_SAME), key="whole", words=ALL_THE_SAME.__getitem__)
    return {"no": None, "yes": WHOLE}.get(agreed, agreed)


def _by_hand(photo: FacePhoto) -> ManualCrop:
    """Ask for a square in thousandths of the photo, so that a link means the same place at every size."""
    first = first_manual_crop(photo)
    shares = {"low": 0, "high": 1000, "step": SHARE_STEP}
    note("Thousandths of the photo's width and height; of its shorter side for the square's own.")
    return manual_crop(
        x=slide("Centre from the left", key="cut_x", default=_on_grid(first.x), **shares),
        y=slide("Centre from the top", key="cut_y", default=_on_grid(first.y), **shares),
        side=slide("Side", key="cut_side", default=max(20, _on_grid(first.side)), **{**shares, "low": 20}),
        turn=slide("Turn clockwise, degrees", key="cut_turn", default=0, low=-MOST_TURN, high=MOST_TURN, step=1),
    )


def _on_grid(share: int) -> int:
    return round(share / SHARE_STEP) * SHARE_STEP


def _described(photo: FacePhoto) -> str:
    size = f"{photo.image.width:,} × {photo.image.height:,} px."
    n = len(photo.faces)
    if photo.is_face_already:
        faces = "As small as a data-set face, so it is taken as one."
    else:
        by = f"found by {photo.detector}"
        faces = {0: "", 1: f"One face {by}."}.get(n, f"{n} faces {by}, numbered by size.")
    return " ".join(part for part in (size, *photo.notes, faces) if part)
