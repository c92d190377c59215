"""A photo, the faces in it, and the crop as a network sees it. Kept for this session only, in memory; no torch."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont, ImageOps

from dashboard.store.checkpoints import card_of
from fer_core.errors import PhotoError
from fer_core.images import face_crop, face_detection, photos
from fer_core.images.face_crop import CropSpec, Sight, digest
from fer_core.images.face_detection import ManualCrop
from fer_core.images.input_quality import quality_warnings
from fer_core.images.preprocessing import InputSpec, to_input

OUTLINE, CHOSEN, INK = "#1b2026", "#ffb000", "#ffffff"  # dark under bright: seen on any photo
THUMBNAIL_PX, FRAME_PX = 96, 6
FILE_KINDS = photos.READABLE


def find_faces_in(photo: bytes) -> Sight:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    return _look(digest(photo), photo)


# Not cache_data: nothing here changes a photo, and copying one at every look takes longer than cutting a face out.
@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _look(key: str, _photo: bytes) -> Sight:
    return face_crop.look(_photo)


def thumbnail(photo: bytes, is_chosen: bool) -> Image.Image | None:
    """Return a photo in small, upright, cut to a square around its middle, framed if chosen; None if unreadable."""
    picture = _thumbnail(digest(photo), photo)
    if picture is None or not is_chosen:
        return picture
    return ImageOps.expand(ImageOps.crop(picture, FRAME_PX), FRAME_PX, CHOSEN)


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def _thumbnail(key: str, _photo: bytes) -> Image.Image | None:
    try:
        image = photos.open_photo(_photo).image
    except PhotoError:  # said in full when it is chosen
        return None
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((THUMBNAIL_PX, THUMBNAIL_PX), box=(left, top, left + side, top + side), reducing_gap=2.0)


def crop_face(photo: bytes, face: CropSpec) -> Image.Image:
    """Return the square crop around a face, the square cut by hand, or the whole picture as a square for None."""
    return face_crop.crop(find_faces_in(photo), face)


def network_input(name: str, photo: bytes, face: CropSpec) -> np.ndarray:
    """Return a crop as the network of a checkpoint takes it, float32 (C, H, W)."""
    return to_input(crop_face(photo, face), spec_of(name))


def crop_warnings(photo: bytes, face: CropSpec) -> list[str]:
    """Return a sentence for each way in which a crop is unlike the faces that networks learned from."""
    return quality_warnings(crop_face(photo, face))


def first_cut(photo: bytes) -> ManualCrop:
    """Return the square that a cut by hand starts with: around the largest face, else the middle of the photo."""
    seen = find_faces_in(photo)
    return (
        face_detection.manual_crop_around(seen.faces[0], *seen.image.size) if seen.faces else ManualCrop(500, 500, 1000)
    )


def boxed(photo: bytes, chosen: CropSpec) -> Image.Image:
    """Return the photo with every face outlined and numbered from 1; what is chosen, cut by hand or not, is bright."""
    seen = find_faces_in(photo)
    picture = seen.image.copy()
    draw = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 200))
    font = ImageFont.load_default(size=max(14, max(picture.size) / 22))
    for place, face in enumerate(seen.faces):
        _outline(draw, face, str(place + 1), place == chosen, width, font)
    if isinstance(chosen, ManualCrop):
        corners = face_detection.corners(chosen, *picture.size)
        draw.line([*corners, corners[0], corners[1]], fill=OUTLINE, width=3 * width, joint="curve")
        draw.line([*corners, corners[0], corners[1]], fill=CHOSEN, width=width, joint="curve")
    return picture


def _outline(
    draw: ImageDraw.ImageDraw,
    face: face_detection.Face,
    number: str,
    is_chosen: bool,
    width: int,
    font: ImageFont.ImageFont,
) -> None:
    ink = CHOSEN if is_chosen else INK
    draw.rectangle((face.left, face.top, face.right, face.bottom), outline=OUTLINE, width=3 * width)
    inner = (face.left + width, face.top + width, face.right - width, face.bottom - width)
    draw.rectangle(inner, outline=ink, width=width)
    _, _, right, bottom = draw.textbbox((face.left, face.top), number, font=font)
    draw.rectangle((face.left, face.top, right + 3 * width, bottom + 2 * width), fill=OUTLINE)
    draw.text((face.left + 2 * width, face.top), number, fill=ink, font=font)


def spec_of(name: str) -> InputSpec:
    """Return what the network of a checkpoint takes. Raises CheckpointError."""
    return card_of(name).input.spec
