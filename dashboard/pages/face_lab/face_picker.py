"""One face of a photo: a detected or added one, the whole picture, or a square. Nothing is chosen silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.crop_by_hand import KEYS, square_by_hand
from dashboard.pages.face_lab.crop_data import crop_warnings, face_name, face_pictures, knows_landmarks, outlined
from dashboard.store.photos import face_photo, remove_face
from dashboard.ui.address import end_page, forget
from dashboard.ui.messages import answer, note, show_problems, shown_errors
from dashboard.ui.query_params import segments, switch

if TYPE_CHECKING:
    from fer_core.images.face_crop import CropSpec, FaceCrop, FacePhoto

FACE, AGREED, LEVEL = "face", "whole", "level_eyes"  # keys, in the address
SHOWN = "photo whose face is chosen"
WHOLE, BY_HAND = "whole", "hand"
WORDS = {WHOLE: "Whole picture", BY_HAND: "Cut by hand"}
ALL_THE_SAME = {"no": "No", "yes": "Whole photo", BY_HAND: "Crop"}

MANY, MANY_PX = 12, 340  # more faces are chosen from a list that scrolls

NO_FACE = {
    None: "No face detector is installed here (see requirements-centerface.txt), so no face was looked for.",
    "dlib": "dlib found no face. It knows frontal ones, turned or tilted by less than about 30 degrees.",
}
NOT_ASKED = "No network is asked yet: choose under the photo what it is given, the whole photo or a crop."


def face_choice(data: bytes, sentence: DeltaGenerator) -> tuple[FaceCrop, bool]:
    """Show a photo with its faces; return the crop of the chosen one, and whether to level eyes. May end the page.

    Args:
        data: the photo's file.
        sentence: where the page answers, or says why it cannot.
    """
    photo = None
    with shown_errors():
        photo = face_photo(data)
    if photo is None:
        end_page()
    _forget_other_photos(photo)
    frame, described = st.container(), st.container()
    chosen = _chosen(photo)
    is_level = knows_landmarks(photo) and switch("Eyes level", key=LEVEL)
    crop = None if chosen is None else photo.crop(_spec(photo, chosen, is_level, frame))
    if chosen != BY_HAND:
        n = photo.n_faces
        alt = f"The photo, upright, with {n} outlined {'face' if n == 1 else 'faces'}"
        frame.image(outlined(photo, crop), width="stretch", alt=alt)
    with described:
        note(_described(photo))
    if crop is None:
        with sentence:
            answer(NOT_ASKED)
        end_page()
    show_problems(crop_warnings(crop))
    return crop, is_level


def _forget_other_photos(photo: FacePhoto) -> None:
    """Forget the chosen face or square of another photo: a new one starts with its largest face."""
    if st.session_state.get(SHOWN, photo.sha256) != photo.sha256:
        forget(FACE, AGREED, *KEYS)
    st.session_state[SHOWN] = photo.sha256


def _chosen(photo: FacePhoto) -> str | None:
    """Return a face's number from 1, WHOLE, BY_HAND, or None until the user agrees to use a photo without a face."""
    n = photo.n_faces
    if n or photo.is_face_already:
        numbers = [str(face + 1) for face in range(n)]
        pictures = dict(zip(numbers, face_pictures(photo), strict=True)) if n > 1 else {}
        # A picture is read as "Face", so its words go on from there.
        names = [face_name(photo, face).removeprefix("Face " if pictures else "") for face in range(n)]
        words = {**dict(zip(numbers, names, strict=True)), **WORDS}
        with st.container(height=MANY_PX if n > MANY else "content", border=False):
            return segments("Face", list(words), key=FACE, words=words.__getitem__, pictures=pictures, alt="Face")
    reason = NO_FACE.get(photo.detector, f"{photo.detector} found no face.")
    show_problems([f"{reason} If the picture is a close-up of one face, the whole of it can be used."])
    agreed = segments("Continue anyway?", list(ALL_THE_SAME), key=AGREED, words=ALL_THE_SAME.__getitem__)
    return {"no": None, "yes": WHOLE}.get(agreed, agreed)


def _spec(photo: FacePhoto, chosen: str, is_level: bool, frame: DeltaGenerator) -> CropSpec:
    """Return what to crop; a square by hand is dragged in `frame`."""
    if chosen == BY_HAND:
        return square_by_hand(photo, frame, FACE)
    if chosen == WHOLE:
        return None
    face = int(chosen) - 1
    if face >= len(photo.faces):
        st.button(f"Remove face {chosen}", key="remove face", on_click=_remove, args=(photo, face))
    return photo.spec_of(face, is_level)


def _remove(photo: FacePhoto, face: int) -> None:
    remove_face(photo, face)
    forget(FACE, AGREED)


def _described(photo: FacePhoto) -> str:
    size = f"{photo.image.width:,} × {photo.image.height:,} px."
    n = len(photo.faces)
    if photo.is_face_already:
        faces = "As small as a data-set face, so it is taken as one."
    else:
        by = f"found by {photo.detector}"
        faces = {0: "", 1: f"One face {by}."}.get(n, f"{n} faces {by}, numbered by size.")
    return " ".join(part for part in (size, *photo.notes, faces) if part)
