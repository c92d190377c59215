"""Photo input: the sample, files from this computer, a camera snapshot, or a face of a data set that is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import streamlit as st

from dashboard.navigation import page_file
from dashboard.store.dataset_images import dataset_image, has_images, rows_here
from dashboard.store.photos import readable_photos, thumbnail
from dashboard.ui.address import end_page
from dashboard.ui.links import page_link
from dashboard.ui.messages import info, note, shown_errors
from dashboard.ui.query_params import choose, segments, whole_number
from dashboard.upload_limits import READ_ONLY, is_read_only

SAMPLE = Path(__file__).resolve().parents[1] / "assets" / "sample-astronaut.jpg"
SAMPLE_CREDIT = "Sample: Eileen Collins, NASA, public domain."

PRIVACY = (
    "The photo stays in this computer's memory, also while you look at other pages, and is forgotten two to three "
    "minutes after the app is closed in the browser: nothing is written to disk and nothing is sent anywhere."
)
ETHICS = "Ask whoever is seen. What is named is how a face looks, not what the person feels."
UPLOADS, SNAPSHOT = "uploaded photos", "camera snapshot"  # in the session: a widget forgets when its page is left
DROP = "dropped photos"  # the widget of `photo_drop`
DATA_SET = "data-set"
ROW_SHOWN = "data set and row shown"
PLACE = "of"  # number of the selected photo, from 1, in the address
MOST_PHOTOS = 20  # in the strip; each is held in memory

Photo = tuple[str, bytes]  # its file's name, and the file


@dataclass(frozen=True, eq=False)
class PhotoChoice:
    """The photos of one input, and the index of the selected one."""

    photos: tuple[Photo, ...]
    chosen: int = 0

    @property
    def name(self) -> str:
        """The file name of the selected photo."""
        return self.photos[self.chosen][0]

    @property
    def data(self) -> bytes:
        """The file of the selected photo."""
        return self.photos[self.chosen][1]


def photo_input(sets: Mapping[str, str]) -> PhotoChoice:
    """Return the given photos; without one, say so and end the page.

    Args:
        sets: titles of data sets by name; faces of those on this machine are offered too.
    """
    here = [name for name in sets if has_images(name)]
    own = [] if is_read_only() else ["upload", "camera"]
    sources = ["sample", *own, *([DATA_SET] if here else [])]
    source = segments("Photo", sources, key="photo", words=lambda name: f"{name.capitalize()}"
                      f"{' face' if name == DATA_SET else ''}")  # fmt: skip
    note("" if own else READ_ONLY)
    if source == DATA_SET:
        return _data_set_face(here, sets)
    if source == "sample":
        note(f"{SAMPLE_CREDIT} {PRIVACY}" if own else SAMPLE_CREDIT)
        return PhotoChoice(((SAMPLE.name, SAMPLE.read_bytes()),))
    photo = _snapshot() if source == "camera" else _uploaded()
    note(f"{ETHICS} {PRIVACY}")
    if photo is None:
        info("Give a photo with a face that looks into the camera, or take the sample.")
        end_page()
    return photo


def photo_drop() -> None:
    """Take photos on any page and lead to the face lab with them; read-only, lead to the sample there."""
    if is_read_only():
        page_link("face_lab", "Try the sample photo")
        note(READ_ONLY)
        return
    given = st.file_uploader(
        "Try a photo", key=DROP, accept_multiple_files=True, help=PRIVACY, on_change=_keep, args=(DROP, UPLOADS)
    )
    if given:
        st.switch_page(page_file("face_lab"), query_params={"photo": "upload"})


def open_in_face_lab(photo: bytes) -> NoReturn:
    """Keep a camera's picture as an uploaded photo is kept, before those that are there, and lead to the face lab."""
    name = f"camera {datetime.now():%H.%M.%S}.png"
    st.session_state[UPLOADS] = [(name, photo), *st.session_state.get(UPLOADS, [])][:MOST_PHOTOS]
    st.session_state[PLACE] = "1"
    st.switch_page(page_file("face_lab"), query_params={"photo": "upload", PLACE: "1"})


def _snapshot() -> PhotoChoice | None:
    given = st.camera_input("Take a photo", key="camera", on_change=_keep, args=("camera", SNAPSHOT))
    return _chosen(_kept(SNAPSHOT, given is not None))


def _uploaded() -> PhotoChoice | None:
    # Every file is taken, so that the reader can say what is wrong with it, instead of the browser.
    given = st.file_uploader(
        "Choose photos", key="upload", accept_multiple_files=True, help=readable_photos(), on_change=_keep,
        args=("upload", UPLOADS),
    )  # fmt: skip
    held = _kept(UPLOADS, bool(given))
    if len(held) > MOST_PHOTOS:
        note(f"Of {len(held)} files the first {MOST_PHOTOS} are kept in the strip.")
    return _chosen(held[:MOST_PHOTOS])


def _keep(widget: str, key: str) -> None:
    """Keep what somebody gave a widget, or forget it where it was taken away; what is new is looked at."""
    given = st.session_state[widget]
    files = given if isinstance(given, list) else [given] if given else []
    held = [(file.name, file.getvalue()) for file in files]
    before = {content for _, content in st.session_state.get(key, [])}
    st.session_state[key] = held
    new = next((place for place, (_, content) in enumerate(held, 1) if content not in before), None)
    if new is not None and new <= MOST_PHOTOS:
        st.session_state[PLACE] = str(new)


def _kept(key: str, is_in_widget: bool) -> Sequence[Photo]:
    """Return the photos of this session; where the widget has none to take away, a button does."""
    held = st.session_state.get(key, [])
    if held and not is_in_widget:
        what = "this photo" if len(held) == 1 else f"these {len(held)} photos"
        if st.button(f"Forget {what}", key=f"forget {key}"):
            st.session_state[key] = held = []
    return held


def _chosen(held: Sequence[Photo]) -> PhotoChoice | None:
    """Show several photos as a strip of buttons, and what is wrong with some; one alone needs no choice."""
    photos = tuple((_as_text(name), content) for name, content in held)
    if len(photos) < 2:
        return PhotoChoice(photos) if photos else None
    small = {str(place): thumbnail(content) for place, (_, content) in enumerate(photos, 1)}
    pictures = {place: picture for place, picture in small.items() if isinstance(picture, bytes)}
    chosen = int(segments("Photos", list(small), key=PLACE, pictures=pictures, alt="Photo"))
    note(f"{chosen} of {len(photos)}: {photos[chosen - 1][0]}")
    for place, reason in small.items():
        if isinstance(reason, str) and place != str(chosen):  # the page says it of the one that is looked at
            note(f"{place}: {reason}")
    return PhotoChoice(photos, chosen - 1)


def _as_text(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # a malicious browser can send half a character


def data_set_face() -> tuple[str, int] | None:
    """Return the data set and the row of the face that `photo_input` gave; None if it gave another photo."""
    return st.session_state.get(ROW_SHOWN) if st.session_state["photo"] == DATA_SET else None


def _data_set_face(here: list[str], sets: Mapping[str, str]) -> PhotoChoice:
    name = choose("Data set", here, key="set", words=sets.__getitem__) if len(here) > 1 else here[0]
    first, last = rows_here(name)
    row = whole_number(f"Row of {sets[name]}", key="data_row", default=first, low=first, high=last)
    st.session_state[ROW_SHOWN] = (name, row)
    face = None
    with shown_errors():
        face = dataset_image(name, row)
    if face is None:
        end_page()
    note(f"A face of {sets[name]}, from its owner's files on this machine, for research only: it is not passed on.")
    return PhotoChoice(((f"{name}-{row}.png", face),))
