"""A photo and the faces in it. Kept for this session only, in memory; no torch."""

from __future__ import annotations

import streamlit as st
from PIL import Image, ImageOps

from fer_core.errors import PhotoError
from fer_core.images import photos
from fer_core.images.face_crop import FacePhoto, read_face_photo

CHOSEN = "#ffb000"  # the outline of what is chosen, bright on any photo
THUMBNAIL_PX, FRAME_PX = 96, 6


def readable_photos() -> str:
    """Name the kinds of files that can be opened as a photo, and how large they may be."""
    size = f"up to {photos.MAX_BYTES // 10**6} MB and {photos.MAX_PIXELS // 10**6} megapixels each"
    return f"{photos.READABLE}, {size} (WebP {photos.MAX_WEBP_PIXELS // 10**6})"


# Not cache_data: nothing here changes a photo, and copying one at every look takes longer than cutting a face out.
@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def face_photo(data: bytes) -> FacePhoto:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    return read_face_photo(data)


def thumbnail(data: bytes, is_chosen: bool) -> Image.Image | str:
    """Return a small photo, upright, cut to a square around its middle, framed if chosen; or why it is unreadable."""
    picture = _thumbnail(data)
    if isinstance(picture, str) or not is_chosen:
        return picture
    return ImageOps.expand(ImageOps.crop(picture, FRAME_PX), FRAME_PX, CHOSEN)


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def _thumbnail(data: bytes) -> Image.Image | str:
    try:
        image = photos.open_photo(data).image
    except PhotoError as error:
        return str(error)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((THUMBNAIL_PX, THUMBNAIL_PX), box=(left, top, left + side, top + side), reducing_gap=2.0)
