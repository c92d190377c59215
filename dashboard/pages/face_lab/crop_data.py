"""The faces of a photo: outlined for choosing, cut by hand, with warnings where networks have seen few like them."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from dashboard.store.computation_queue import Cost
from dashboard.store.photos import CHOSEN, INK, OUTLINE, small_jpeg
from dashboard.store.session_results import computed_once
from fer_core.images.face_crop import FaceCrop, FacePhoto, ManualCrop
from fer_core.images.face_detection import CENTERFACE
from fer_core.images.input_quality import quality_warnings
from fer_core.images.square import around_box

FULL = 1000  # a photo's width, height and shorter side, in thousandths


def manual_crop(x: int, y: int, side: int, turn: int) -> ManualCrop:
    """Return a square cut by hand: centre and side in thousandths, turned clockwise by `turn` degrees."""
    return ManualCrop(x, y, side, turn)


def dragged_crop(size: tuple[int, int], across: Sequence[float], down: Sequence[float]) -> ManualCrop:
    """Return the square around a box that was dragged over a photo of this size; its ends are in thousandths of it."""
    left, right = (min(FULL, max(0.0, end)) * size[0] / FULL for end in sorted(across))
    top, bottom = (min(FULL, max(0.0, end)) * size[1] / FULL for end in sorted(down))
    return ManualCrop.over(around_box(left, top, right, bottom), *size)


def shares(square: ManualCrop, size: tuple[int, int]) -> list[tuple[float, float]]:
    """Return the corners of a square in thousandths of the width and height of a photo of this size."""
    return [(FULL * x / size[0], FULL * y / size[1]) for x, y in square.square(*size).corners]


def first_manual_crop(photo: FacePhoto) -> ManualCrop:
    """Return the square that a cut by hand starts with: the largest face with its eyes level, else the middle."""
    return _level_crop(photo) if photo.faces else ManualCrop(FULL // 2, FULL // 2, FULL)


@computed_once(Cost.ANSWER)
def _level_crop(photo: FacePhoto) -> ManualCrop:
    square = photo.crop(photo.spec_of(0, has_level_eyes=True)).square
    assert square is not None  # a face's crop has one
    return ManualCrop.over(square, *photo.image.size)


def crop_warnings(crop: FaceCrop) -> list[str]:
    """Return a sentence for each way in which a crop is unlike the faces that networks learned from."""
    return quality_warnings(crop.image)


def knows_landmarks(photo: FacePhoto) -> bool:
    """Whether the photo's detector gives landmarks."""
    return photo.detector == CENTERFACE and not photo.is_face_already


def face_name(photo: FacePhoto, face: int) -> str:
    """Return the name of a face of a photo, by its index."""
    return f"Face {face + 1}" if face < len(photo.faces) else f"Face {face + 1}, by hand"


def face_pictures(photo: FacePhoto) -> tuple[bytes, ...]:
    """Return a small JPEG of each face, detected or added."""
    return _face_pictures(photo, photo.added)


@computed_once(Cost.ANSWER)
def _face_pictures(photo: FacePhoto, added: tuple[ManualCrop, ...]) -> tuple[bytes, ...]:
    shown = photo.with_added(added)
    return tuple(small_jpeg(shown.crop(face).image) for face in range(shown.n_faces))


def outlined(photo: FacePhoto, chosen: FaceCrop | None, width: int | None = None) -> Image.Image:
    """Return the photo with every face outlined and numbered from 1, the chosen one bright and with its landmarks.

    Args:
        width: of the picture, px; None for the photo's own.
    """
    scale = 1.0 if width is None else width / photo.image.width
    size = [max(1, round(side * scale)) for side in photo.image.size]
    picture = photo.image.copy() if width is None else photo.image.resize(size, reducing_gap=2.0)
    draw, stroke = ImageDraw.Draw(picture), max(2, round(max(picture.size) / 200))
    font = ImageFont.load_default(size=max(14, max(picture.size) / 22))
    for face in range(photo.n_faces):
        is_chosen = chosen is not None and chosen.face == face
        _outline(draw, _scaled(_corners(photo, face), scale), str(face + 1), CHOSEN if is_chosen else INK, stroke, font)
    if chosen is not None and chosen.square is not None and (chosen.face is None or chosen.square.turn):
        _line(draw, _scaled(chosen.square.corners, scale), CHOSEN, stroke)
    if chosen is not None and chosen.face is not None and chosen.landmarks:
        for x, y in _scaled(photo.faces[chosen.face].landmarks, scale):
            _dot(draw, x, y, stroke)
    return picture


def with_landmarks(crop: FaceCrop) -> Image.Image:
    """Return a crop with the face's landmarks as dots; as it is where none are known."""
    picture = crop.image
    draw, radius = ImageDraw.Draw(picture), max(1, round(picture.width / 60))
    for x, y in crop.landmarks:
        _dot(draw, x, y, radius)
    return picture


def _corners(photo: FacePhoto, face: int) -> list[tuple[float, float]]:
    if face >= len(photo.faces):
        return photo.added[face - len(photo.faces)].square(*photo.image.size).corners
    box = photo.faces[face]
    return [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]


def _scaled(points: Sequence[tuple[float, float]], scale: float) -> list[tuple[float, float]]:
    return [(x * scale, y * scale) for x, y in points]


def _line(draw: ImageDraw.ImageDraw, corners: Sequence[tuple[float, float]], ink: str, stroke: int) -> None:
    closed = [*corners, corners[0], corners[1]]
    draw.line(closed, fill=OUTLINE, width=3 * stroke, joint="curve")
    draw.line(closed, fill=ink, width=stroke, joint="curve")


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: int) -> None:
    draw.ellipse((x - 2 * radius, y - 2 * radius, x + 2 * radius, y + 2 * radius), fill=OUTLINE)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=CHOSEN)


def _outline(
    draw: ImageDraw.ImageDraw,
    corners: Sequence[tuple[float, float]],
    number: str,
    ink: str,
    stroke: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    _line(draw, corners, ink, stroke)
    place = min(corners, key=sum)
    _, _, right, bottom = draw.textbbox(place, number, font=font)
    draw.rectangle((*place, right + 3 * stroke, bottom + 2 * stroke), fill=OUTLINE)
    draw.text((place[0] + 2 * stroke, place[1]), number, fill=ink, font=font)
