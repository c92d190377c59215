"""A photo in, and one face of it. What cannot be used is said where it happened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard import services
from dashboard.components.links import choose, segments, whole_number
from dashboard.components.messages import note, plain, shown_errors

SAMPLE = Path(__file__).resolve().parents[1] / "assets" / "sample-astronaut.jpg"
SAMPLE_CREDIT = "Sample: Eileen Collins, NASA, public domain."

PRIVACY = (
    "The photo stays in this computer's memory and is forgotten when this page has been closed for two minutes: "
    "nothing is written to disk and nothing is sent anywhere."
)
WHOLE = "whole"
DATA_SET = "data-set"
STEP_PX = 96


def photo_input(sets: Mapping[str, str]) -> bytes:
    """Return the bytes of the photo to look at; without one, say so and end the page.

    Args:
        sets: data sets by name, with their titles; faces of those that lie on this machine are offered, too.
    """
    here = [name for name in sets if services.has_pictures(name)]
    sources = ["sample", "upload", "camera", *([DATA_SET] if here else [])]
    source = segments("Photo", sources, key="photo", words=lambda name: f"{name.capitalize()}"
                      f"{' face' if name == DATA_SET else ''}")  # fmt: skip
    if source == DATA_SET:
        return _data_set_face(here, sets)
    if source == "sample":
        note(f"{SAMPLE_CREDIT} {PRIVACY}")
        return SAMPLE.read_bytes()
    if source == "camera":
        given = st.camera_input("Take a photo", key="camera")
    else:
        # Every file is taken, so that the reader can say what is wrong with it, instead of the browser.
        given = st.file_uploader("Choose a photo", key="upload", help="JPEG, PNG, WebP, GIF, BMP or TIFF, up to 10 MB")
    note(PRIVACY)
    if given is None:
        st.info("Give a photo with a face that looks into the camera, or take the sample.")
        st.stop()
    return given.getvalue()


def _data_set_face(here: list[str], sets: Mapping[str, str]) -> bytes:
    name = choose("Data set", here, key="set", words=sets.get) if len(here) > 1 else here[0]
    first, last = services.rows_here(name)
    row = whole_number(f"Row of {sets[name]}", key="data_row", default=first, low=first, high=last)
    face = None
    with shown_errors():
        face = services.picture(name, row)
    if face is None:
        st.stop()
    note(f"A face of {sets[name]}, from its owner's files on this machine, for research only: it is not passed on.")
    return face


def face_choice(photo: bytes) -> int | None:
    """Show the photo with its faces and return the chosen one; None is the whole picture. May end the page."""
    sight = None
    with shown_errors():
        sight = services.look(photo)
    if sight is None:
        st.stop()
    places = [str(place + 1) for place in range(len(sight.faces))]
    chosen: str | None = WHOLE
    frame = st.container()
    if places:
        chosen = segments("Face", [*places, WHOLE], key="face", words=_face_words)
    elif not sight.is_face_already:
        chosen = _offer_whole(sight.has_detector)
    face = None if chosen in (WHOLE, None) else int(chosen) - 1
    alt = f"The photo, upright, with {len(places)} outlined {'face' if len(places) == 1 else 'faces'}"
    frame.image(services.boxed(photo, face), width="stretch", alt=alt)
    note(_found(sight, len(places)))
    if chosen is None:
        st.stop()
    return face


def input_steps(name: str, title: str, photo: bytes, face: int | None) -> None:
    """Show how a checkpoint's network gets its input, step by step."""
    st.markdown(f"##### What {plain(title)} is given")
    for step in services.steps(name, photo, face):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.image(step.picture, width=STEP_PX, alt=f"{step.title}: {step.detail}")
            with st.container(gap=None):
                st.markdown(f"**{plain(step.title)}**")
                note(step.detail)


def _offer_whole(has_detector: bool) -> str | None:
    if has_detector:
        reason = "No frontal face was found. The detector knows faces turned or tilted by less than about 30 degrees."
    else:
        reason = "The face detector (dlib-bin) is not installed here, so no face was looked for."
    st.warning(f"{reason} If the picture is a close-up of one face, the whole of it can be used.")
    agreed = segments("Use the whole picture?", ["no", "yes"], key="whole", words=str.capitalize)
    return WHOLE if agreed == "yes" else None


def _face_words(option: str) -> str:
    return "Whole picture" if option == WHOLE else f"Face {option}"


def _found(sight: services.Sight, n: int) -> str:
    size = f"{sight.image.width} × {sight.image.height} px."
    if sight.is_face_already:
        found = "As small as a data-set face, so it is taken as one."
    else:
        found = {0: "", 1: "One face found."}.get(n, f"{n} faces found, numbered by size.")
    return " ".join(part for part in (size, *sight.notes, found) if part)
