"""A photo and the faces in it. Kept for this session only, in memory; no torch."""

from __future__ import annotations

from io import BytesIO

import streamlit as st
from PIL import Image

from fer_core.errors import PhotoError
from fer_core.images import photos
from fer_core.images.face_crop import FacePhoto, ManualCrop, read_face_photo

CHOSEN = "#ffb000"  # the outline of what is chosen, bright on any photo
OUTLINE, INK = "#1b2026", "#ffffff"  # of everything else, dark under bright: seen on any photo
THUMBNAIL_PX = 96
ADDED = "faces added by hand"  # in the session: by the SHA-256 of their photo


def readable_photos() -> str:
    """Name the file formats that can be opened as a photo, and their limits."""
    size = f"up to {photos.MAX_BYTES // 10**6} MB and {photos.MAX_PIXELS // 10**6} megapixels each"
    return f"{photos.READABLE}, {size} (WebP {photos.MAX_WEBP_PIXELS // 10**6})"


def face_photo(data: bytes) -> FacePhoto:
    """Open a photo and find its faces; those added by hand are included.

    Raises PhotoError with the sentence to show.
    """
    photo = _searched_photo(data)
    return photo.with_added(added_faces(photo.sha256))


def added_faces(sha256: str) -> tuple[ManualCrop, ...]:
    """Return the faces that were added by hand to the photo whose file has this hash."""
    return _added().get(sha256, ())


def add_face(photo: FacePhoto, square: ManualCrop) -> None:
    """Add a face that the detector missed, for this session."""
    _added()[photo.sha256] = (*photo.added, square)


def remove_face(photo: FacePhoto, face: int) -> None:
    """Remove an added face, by its index."""
    place = face - len(photo.faces)
    _added()[photo.sha256] = (*photo.added[:place], *photo.added[place + 1 :])


def _added() -> dict[str, tuple[ManualCrop, ...]]:
    return st.session_state.setdefault(ADDED, {})


# Not cache_data: nothing changes a photo, and copying one at every rerun takes longer than cropping a face.
@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _searched_photo(data: bytes) -> FacePhoto:
    return read_face_photo(data)


def small_jpeg(square: Image.Image) -> bytes:
    """Return a square picture as a small JPEG, for a list of pictures."""
    file = BytesIO()
    small = square.convert("RGB").resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BICUBIC, reducing_gap=2.0)
    small.save(file, "JPEG", quality=85)
    return file.getvalue()


@st.cache_data(max_entries=32, show_spinner=False, scope="session")
def thumbnail(data: bytes) -> bytes | str:
    """Return a photo as a small JPEG, upright, cut to a square around its middle; or why it is unreadable."""
    try:
        image = photos.open_photo(data).image
    except PhotoError as error:
        return str(error)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return small_jpeg(image.crop((left, top, left + side, top + side)))
