"""One face of a photo: a detected one, the whole picture, or a square cut by hand. Nothing is chosen silently."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.store.photos import boxed, crop_warnings, find_faces_in, first_cut
from dashboard.ui.address import end_page
from dashboard.ui.messages import answer, note, show_problems, shown_errors
from dashboard.ui.query_params import segments, slide
from fer_core.images.face_crop import CropSpec, Sight
from fer_core.images.face_detection import ManualCrop

WHOLE, BY_HAND = "whole", "hand"
WORDS = {WHOLE: "Whole picture", BY_HAND: "Cut by hand"}
ALL_THE_SAME = {"no": "No", "yes": "Whole photo", BY_HAND: "Crop"}

NOT_ASKED = "No network is asked yet: choose under the photo what it is given, the whole photo or a crop."

SHARE_STEP = 5  # thousandths
MOST_TURN = 45  # degrees; beyond that a photo is turned, not a head tilted


def face_choice(photo: bytes, sentence: DeltaGenerator | None = None) -> CropSpec:
    """Show the photo with its faces and return the chosen one; None is the whole picture. May end the page.

    Args:
        sentence: where the page answers; there it is told why there is no answer.
    """
    sight = None
    with shown_errors():
        sight = find_faces_in(photo)
    if sight is None:
        end_page()
    frame = st.container()
    chosen = _chosen(sight)
    face = _by_hand(photo) if chosen == BY_HAND else int(chosen) - 1 if chosen not in (WHOLE, None) else None
    n = len(sight.faces)
    alt = f"The photo, upright, with {n} outlined {'face' if n == 1 else 'faces'}"
    frame.image(boxed(photo, face), width="stretch", alt=alt)
    with frame:
        note(_found(sight))
    if chosen is None:
        if sentence is not None:
            with sentence:
                answer(NOT_ASKED)
        end_page()
    show_problems(crop_warnings(photo, face))
    return face


def _chosen(sight: Sight) -> str | None:
    """Return a face's number from 1, WHOLE, BY_HAND, or None as long as nobody agreed to use a photo without a face."""
    places = [str(place) for place in range(1, len(sight.faces) + 1)]
    if places or sight.is_face_already:
        words = {**{place: f"Face {place}" for place in places}, **WORDS}
        return segments("Face", list(words), key="face", words=words.get)
    if sight.has_detector:
        reason = "No frontal face was found. The detector knows faces turned or tilted by less than about 30 degrees."
    else:
        reason = "The face detector (dlib-bin) is not installed here, so no face was looked for."
    show_problems([f"{reason} If the picture is a close-up of one face, the whole of it can be used."])
    agreed = segments("Continue anyway?", list(ALL_THE_SAME), key="whole", words=ALL_THE_SAME.get)
    return {"no": None, "yes": WHOLE}.get(agreed, agreed)


def _by_hand(photo: bytes) -> ManualCrop:
    """Ask for a square in thousandths of the photo, so that a link means the same place at every size."""
    first = first_cut(photo)
    shares = {"low": 0, "high": 1000, "step": SHARE_STEP}
    note("Thousandths of the photo's width and height; of its shorter side for the square's own.")
    return ManualCrop(
        x=slide("Centre from the left", key="cut_x", default=_on_grid(first.x), **shares),
        y=slide("Centre from the top", key="cut_y", default=_on_grid(first.y), **shares),
        side=slide("Side", key="cut_side", default=max(20, _on_grid(first.side)), **{**shares, "low": 20}),
        turn=slide("Turn clockwise, degrees", key="cut_turn", default=0, low=-MOST_TURN, high=MOST_TURN, step=1),
    )


def _on_grid(share: int) -> int:
    return round(share / SHARE_STEP) * SHARE_STEP


def _found(sight: Sight) -> str:
    size = f"{sight.image.width:,} × {sight.image.height:,} px."
    n = len(sight.faces)
    if sight.is_face_already:
        found = "As small as a data-set face, so it is taken as one."
    else:
        found = {0: "", 1: "One face found."}.get(n, f"{n} faces found, numbered by size.")
    return " ".join(part for part in (size, *sight.notes, found) if part)
