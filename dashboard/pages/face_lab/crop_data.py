"""The faces of a photo: outlined to be chosen from, cut by hand, and warned of where networks have seen few like it."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from dashboard.store.photos import CHOSEN
from fer_core.images.face_crop import CropSpec, FaceCrop, FacePhoto, ManualCrop, manual_crop_around
from fer_core.images.face_detection import Face
from fer_core.images.input_quality import quality_warnings

OUTLINE, INK = "#1b2026", "#ffffff"  # dark under bright: seen on any photo


def manual_crop(x: int, y: int, side: int, turn: int) -> ManualCrop:
    """Return a square cut by hand: centre and side in thousandths, turned clockwise by `turn` degrees."""
    return ManualCrop(x, y, side, turn)


def first_manual_crop(photo: FacePhoto) -> ManualCrop:
    """Return the square that a cut by hand starts with: around the largest face, else the middle of the photo."""
    return manual_crop_around(photo.faces[0], *photo.image.size) if photo.faces else ManualCrop(500, 500, 1000)


def crop_warnings(crop: FaceCrop) -> list[str]:
    """Return a sentence for each way in which a crop is unlike the faces that networks learned from."""
    return quality_warnings(crop.image)


def outlined(photo: FacePhoto, chosen: CropSpec) -> Image.Image:
    """Return the photo with every face outlined and numbered from 1; what is chosen, or cropped by hand, is bright."""
    picture = photo.image.copy()
    draw = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 200))
    font = ImageFont.load_default(size=max(14, max(picture.size) / 22))
    for place, face in enumerate(photo.faces):
        _outline(draw, face, str(place + 1), CHOSEN if place == chosen else INK, width, font)
    if isinstance(chosen, ManualCrop):
        corners = chosen.corners(*picture.size)
        draw.line([*corners, corners[0], corners[1]], fill=OUTLINE, width=3 * width, joint="curve")
        draw.line([*corners, corners[0], corners[1]], fill=CHOSEN, width=width, joint="curve")
    return picture


def _outline(
    draw: ImageDraw.ImageDraw,
    face: Face,
    number: str,
    ink: str,
    width: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    draw.rectangle((face.left, face.top, face.right, face.bottom), outline=OUTLINE, width=3 * width)
    inner = (face.left + width, face.top + width, face.right - width, face.bottom - width)
    draw.rectangle(inner, outline=ink, width=width)
    _, _, right, bottom = draw.textbbox((face.left, face.top), number, font=font)
    draw.rectangle((face.left, face.top, right + 3 * width, bottom + 2 * width), fill=OUTLINE)
    draw.text((face.left + 2 * width, face.top), number, fill=ink, font=font)
