"""A square cut out of a photo by hand: dragged on it, turned, or typed; and added to the photo's faces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.box_chart import photo_to_cut
from dashboard.pages.face_lab.crop_data import FULL, dragged_crop, first_manual_crop, manual_crop, outlined, shares
from dashboard.store.photos import add_face
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import note
from dashboard.ui.query_params import slide, whole_number

if TYPE_CHECKING:
    from fer_core.images.face_crop import FacePhoto, ManualCrop

ACROSS, DOWN, SIDE, TURN = KEYS = ("cut_x", "cut_y", "cut_side", "cut_turn")  # in the address
MOST_TURN = 180  # degrees
LEAST_SIDE = 5  # thousandths
WIDE_PX, HIGH_PX, DRAWN_PX = 280, 420, 560  # the photo's place at most; its picture's width
DRAG = "Drag a square around a face."
UNITS = "In thousandths of the photo's width and height, and of its shorter side."


def square_by_hand(photo: FacePhoto, frame: DeltaGenerator, face_key: str) -> ManualCrop:
    """Ask for a square in thousandths of the photo, so that a link means the same place at every size.

    Args:
        frame: where the photo stands, to drag on.
        face_key: of the widget that chooses a face, for an added one to be the chosen.
    """
    first = first_manual_crop(photo)
    turn = slide("Turn clockwise, degrees", key=TURN, default=first.turn, low=-MOST_TURN, high=MOST_TURN, step=1)
    with st.container(horizontal=True, vertical_alignment="center"):
        add = st.container(width="content")
        with st.popover("In numbers", type="tertiary"):
            note(UNITS)
            square = manual_crop(
                x=whole_number("Centre from the left", key=ACROSS, default=first.x, low=0, high=FULL),
                y=whole_number("Centre from the top", key=DOWN, default=first.y, low=0, high=FULL),
                side=whole_number("Side", key=SIDE, default=max(LEAST_SIDE, first.side), low=LEAST_SIDE, high=FULL),
                turn=turn,
            )
    add.button("Add as a face", key="add face", on_click=_add, args=(photo, square, face_key))
    with frame:
        _photo(photo, square)
        note(DRAG)
    return square


def _photo(photo: FacePhoto, square: ManualCrop) -> None:
    width, height = photo.image.size
    scale = min(WIDE_PX / width, HIGH_PX / height)
    corners = shares(square, (width, height))
    # Under a key of its own, each square comes without the outline of the drag that drew it.
    key = f"photo {photo.sha256} {square}"
    picture = outlined(photo, None, DRAWN_PX)
    show(
        key,
        photo_to_cut,
        picture,
        corners,
        round(height * scale),
        heading=False,
        on_box=partial(_select, photo.image.size),
    )


def _select(size: tuple[int, int], across: Sequence[float], down: Sequence[float]) -> None:
    """Make a box that was dragged over a photo of this size the square that is cut out."""
    square = dragged_crop(size, across, down)
    st.session_state[ACROSS], st.session_state[DOWN] = square.x, square.y
    st.session_state[SIDE] = max(LEAST_SIDE, square.side)


def _add(photo: FacePhoto, square: ManualCrop, face_key: str) -> None:
    add_face(photo, square)
    st.session_state[face_key] = str(photo.n_faces + 1)
