"""A photo, the faces in it, and the crop as a network sees it. Kept for this session only, in memory; no torch."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from dashboard.services.shelf import card_of
from fer_core import faces, photos
from fer_core.preprocessing import InputSpec, to_input

STEP_PX = 192  # side of the enlarged little pictures; four screen pixels for each of 48
OUTLINE, CHOSEN, INK = "#1b2026", "#ffb000", "#ffffff"  # dark under bright: seen on any photo


@dataclass(frozen=True, eq=False)
class Sight:
    """What was found in a photo: the upright picture, what was done to it, and its faces, largest first."""

    image: Image.Image
    notes: tuple[str, ...]
    faces: tuple[faces.Face, ...]
    is_face_already: bool
    has_detector: bool


@dataclass(frozen=True, eq=False)
class Step:
    """One step from photo to input: a picture, its name, and sizes and ranges in words."""

    title: str
    picture: Image.Image
    detail: str


def look(photo: bytes) -> Sight:
    """Open a photo and find its faces. Raises PhotoError with the sentence to show."""
    return _look(digest(photo), photo)


def digest(photo: bytes) -> str:
    """Return what stands for a photo in cache keys."""
    return sha256(photo).hexdigest()


@st.cache_data(max_entries=4, show_spinner=False, scope="session")
def _look(key: str, _photo: bytes) -> Sight:
    opened = photos.open_photo(_photo)
    return Sight(
        image=opened.image,
        notes=opened.notes,
        faces=tuple(faces.find_faces(opened.image)),
        is_face_already=faces.is_face_already(opened.image),
        has_detector=faces.detector_available(),
    )


def crop(photo: bytes, face: int | None) -> Image.Image:
    """Return the square crop around the face-th face, or the whole picture as a square for None."""
    sight = look(photo)
    return faces.crop(sight.image, None if face is None else sight.faces[face])


def network_input(name: str, photo: bytes, face: int | None) -> np.ndarray:
    """Return a crop as the network of a checkpoint takes it, float32 (C, H, W)."""
    return to_input(crop(photo, face), _spec(name))


def boxed(photo: bytes, chosen: int | None) -> Image.Image:
    """Return the photo with every face outlined and numbered from 1; the chosen one is bright."""
    sight = look(photo)
    picture = sight.image.copy()
    draw = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 200))
    font = ImageFont.load_default(size=max(14, max(picture.size) / 22))
    for place, face in enumerate(sight.faces):
        _outline(draw, face, str(place + 1), place == chosen, width, font)
    return picture


def _outline(
    draw: ImageDraw.ImageDraw, face: faces.Face, number: str, is_chosen: bool, width: int, font: ImageFont.ImageFont
) -> None:
    ink = CHOSEN if is_chosen else INK
    draw.rectangle((face.left, face.top, face.right, face.bottom), outline=OUTLINE, width=3 * width)
    inner = (face.left + width, face.top + width, face.right - width, face.bottom - width)
    draw.rectangle(inner, outline=ink, width=width)
    _, _, right, bottom = draw.textbbox((face.left, face.top), number, font=font)
    draw.rectangle((face.left, face.top, right + 3 * width, bottom + 2 * width), fill=OUTLINE)
    draw.text((face.left + 2 * width, face.top), number, fill=ink, font=font)


def steps(name: str, photo: bytes, face: int | None) -> list[Step]:
    """Return what happens between the photo and the input of a checkpoint's network."""
    spec, square, array = _spec(name), crop(photo, face), network_input(name, photo, face)
    mean, std = (np.asarray(value, np.float32).reshape(-1, 1, 1) for value in (spec.mean, spec.std))
    pixels = np.rint((array * std + mean) * 255).astype(np.uint8)  # undone, so that it shows what the network got
    reach = max(float(np.ptp(array)), 1e-6)
    stretched = np.rint((array - array.min()) / reach * 255).astype(np.uint8)
    size = f"{spec.size_px} × {spec.size_px}"
    colour = "grey" if spec.color == "grey" else "colour"
    return [
        Step("Cut out", square.resize((STEP_PX, STEP_PX)), f"{square.width} × {square.height} px, RGB, 0 to 255"),
        Step(f"Made {colour} and small", _picture(pixels), f"{size} px, {pixels.min()} to {pixels.max()}"),
        Step(
            "Normalised, the input",
            _picture(stretched),
            f"{spec.channels} × {size}, float32, {array.min():.2f} to {array.max():.2f}".replace("-", "−"),
        ),
    ]


def _picture(planes: np.ndarray) -> Image.Image:
    """(C, H, W) uint8 -> an enlarged picture with its pixels visible; the browser would blur them."""
    image = Image.fromarray(planes[0] if len(planes) == 1 else planes.transpose(1, 2, 0))
    return image.convert("RGB").resize((STEP_PX, STEP_PX), Image.Resampling.NEAREST)


def _spec(name: str) -> InputSpec:
    return InputSpec.from_dict(card_of(name).input)
