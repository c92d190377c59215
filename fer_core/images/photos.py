"""Bytes from a stranger -> an upright RGB photo, or one sentence that says why not.

The order is what keeps it safe: the length, then the header with its size, and only then a decoder. Nothing of the
file survives but its pixels: no metadata, no position, no thumbnail; and nothing is ever written to disk.
HEIC, an iPhone's own format, needs pillow-heif; everything else works without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import TypeVar

import numpy as np
from PIL import Image

from fer_core.errors import PhotoError
from fer_core.images.file_signatures import is_heic, kind_of

try:
    import pillow_heif
except ImportError:  # no wheel for this machine
    pillow_heif = None
else:  # what lies beside the picture in the file is not even listed
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

T = TypeVar("T")

# Named, because Pillow would otherwise try all its readers, and the one for EPS starts Ghostscript.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", *(["HEIF"] if pillow_heif else []))
JPEGS = ("JPEG", "MPO")  # MPO: what phones write, several JPEGs in a file; the JPEG reader opens it
READABLE = "JPEG, PNG, WebP, GIF, BMP, TIFF and HEIC" if pillow_heif else "JPEG, PNG, WebP, GIF, BMP and TIFF"

MAX_BYTES = 10 * 2**20  # what a phone's largest photo takes, and what the server accepts as one upload
MAX_PIXELS = 50_000_000  # a 50-megapixel phone; see _DECODER_LOCK for what it takes
MAX_SIDE_PX = 2000  # a face of 1/40 of the side still has the 48 px that the networks see
MIN_SIDE_PX = 24  # half of what the networks see; below that there is no expression to read
MAX_ASPECT = 4.0  # wider than a panorama of three photos; a strip holds no face of a usable size
MAX_SCANS = 250  # of a progressive JPEG, which has about ten; each costs 20 ms at 50 megapixels, and takes 73 bytes
SCAN = b"\xff\xda"  # begins a scan; inside its data no such pair can stand

DAMAGED = "The picture is damaged or cut off in the middle; choose another copy of it."
WHITE = (255, 255, 255)  # behind transparent areas: what a page shows there

# EXIF tag 0x0112 says which corner of the scene the first stored row and column show (Exif 2.32, section 4.6.4 A).
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Source:
    """How a photo lay in its file: Pillow's format and mode, (width, height) stored and decoded, EXIF orientation."""

    format: str
    mode: str
    size: tuple[int, int]
    decoded: tuple[int, int]
    orientation: int


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright RGB picture of at most MAX_SIDE_PX a side, and what was done to get it, one sentence a note."""

    image: Image.Image
    notes: tuple[str, ...]
    source: Source


# One large file at a time, or several sessions would need the memory of one each. At 50 megapixels a JPEG, decoded at
# half or quarter size, takes 50 MiB for a moment, PNG 280, with alpha 470, HEIC 360, WebP 770 (measured, Linux).
_DECODER_LOCK = Lock()


def open_photo(data: bytes) -> Photo:
    """Read an uploaded file as a photo.

    Turned upright as its EXIF entry says, or a HEIC's own properties; transparent areas become white; 16-bit grey is
    scaled, not clipped; of an animation the first frame is taken; more than MAX_SIDE_PX is reduced, a JPEG already
    while it is decoded.

    Raises:
        PhotoError: if the file is empty, too long, of another format or damaged, if it declares too many or too few
            pixels, if it is a strip, or if its values have no defined brightness.
    """
    image = _opened(data)
    _check_size(*image.size)
    with _DECODER_LOCK:
        return _read(image)


def _read(image: Image.Image) -> Photo:
    stored, mode, several = image.size, image.mode, _several(image)
    pixels = _decoded(image)
    decoded, orientation, has_alpha = pixels.size, _orientation(image), pixels.mode == "RGBA"
    pixels = _on_white(_reduced(pixels)).convert("RGB")
    pixels, longest = turned(pixels, orientation), max(stored)
    notes = {
        several: bool(several),
        "Transparent areas are shown on white.": has_alpha,
        "Turned upright, as the camera noted.": orientation in UPRIGHT,
        f"Its longest side was reduced from {longest:,} to {MAX_SIDE_PX:,} px.": longest > MAX_SIDE_PX,
    }
    source = Source("JPEG" if image.format in JPEGS else str(image.format), mode, stored, decoded, orientation)
    pixels.info = {}  # a copy of the file's pixels by now; no metadata comes along
    return Photo(pixels, tuple(note for note, applies in notes.items() if applies), source)


def _opened(data: bytes) -> Image.Image:
    """The picture with its header read and no pixel decoded."""
    if not data:
        raise PhotoError("The file is empty; choose a picture.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            f"The file has {len(data) / 2**20:.1f} MiB; the limit is {MAX_BYTES // 2**20} MiB. Save it smaller."
        )
    if data.startswith(b"\xff\xd8") and data.count(SCAN) > MAX_SCANS:
        raise PhotoError(
            f"The file is a JPEG of more than {MAX_SCANS} scans, made to keep a computer busy. Save it as a plain JPEG."
        )
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as cause:
        raise PhotoError(
            f"The file declares a picture of more than {2 * Image.MAX_IMAGE_PIXELS / 1e6:.0f} megapixels; "
            f"the limit is {MAX_PIXELS / 1e6:.0f}. Save it smaller."
        ) from cause
    except Exception as cause:  # a reader raises whatever hostile bytes provoke; every one of them means "unreadable"
        if "HEIF" in FORMATS and is_heic(data):
            raise PhotoError(DAMAGED) from cause
        raise PhotoError(f"The file is {kind_of(data)}; {READABLE} can be read. Save it as one of these.") from cause


def _check_size(width: int, height: int) -> None:
    size = f"{width:,} × {height:,} px"
    if width * height > MAX_PIXELS:
        raise PhotoError(
            f"The picture has {size} ({width * height / 1e6:.0f} megapixels); the limit is {MAX_PIXELS / 1e6:.0f} "
            f"megapixels. Save it smaller, for example with a longest side of {MAX_SIDE_PX:,} px."
        )
    if min(width, height) < MIN_SIDE_PX:
        raise PhotoError(
            f"The picture has {size}; a face cannot be read below {MIN_SIDE_PX} px. Choose a larger picture."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            f"The picture has {size}, which is a strip; up to {MAX_ASPECT:.0f} to 1 can be used. Cut out the face."
        )


def _several(image: Image.Image) -> str:
    """A sentence if the file holds more than the picture that is taken, else an empty one."""
    if image.format == "MPO":  # a phone's second picture is a depth map or a thumbnail, not another frame
        return ""
    if image.format == "TIFF":  # a file can chain a million pages, and only walking along the chain would count them
        return "The first of several pages." if _or_damaged(lambda: _has_second_page(image)) else ""
    count = _or_damaged(lambda: getattr(image, "n_frames", 1))
    words = "The main one of {} pictures." if image.format == "HEIF" else "First frame of an animation of {}."
    return words.format(count) if count > 1 else ""


def _has_second_page(image: Image.Image) -> bool:
    try:
        image.seek(1)
    except EOFError:
        return False
    image.seek(0)
    return True


def _or_damaged(read: Callable[[], T]) -> T:
    """What `read` returns; whatever a decoder raises on damaged bytes becomes one sentence."""
    try:
        return read()
    except Exception as cause:
        raise PhotoError(DAMAGED) from cause


def _decoded(image: Image.Image) -> Image.Image:
    """All pixels with 8 bits a channel: RGBA if something may be transparent, L if it is 16-bit grey, else RGB."""
    if image.format in JPEGS and max(image.size) > MAX_SIDE_PX:
        scale = MAX_SIDE_PX / max(image.size)  # the decoder stops at the next larger 1/2, 1/4 or 1/8
        image.draft(None, (int(image.width * scale), int(image.height * scale)))
    _or_damaged(image.load)
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))  # 65535 -> 255
    if image.mode in ("I", "F", "LAB", "HSV"):
        raise PhotoError(
            f"The picture stores its values in mode {image.mode}, which has no defined brightness; "
            f"save it with 8 bits a channel, for example as JPEG or PNG."
        )
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == wanted else _or_damaged(lambda: image.convert(wanted))


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """A picture that was stored in an EXIF orientation, upright; 1 and what EXIF does not know leave it as it is."""
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # damaged metadata is no reason to refuse good pixels; 1 means "as stored"
        return 1


def _reduced(image: Image.Image) -> Image.Image:
    if max(image.size) <= MAX_SIDE_PX:
        return image
    scale = MAX_SIDE_PX / max(image.size)
    size = tuple(max(1, round(side * scale)) for side in image.size)
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _on_white(image: Image.Image) -> Image.Image:
    """Without this, the colours that hide under full transparency would come to light."""
    if image.mode != "RGBA":
        return image
    backdrop = Image.new("RGBA", image.size, (*WHITE, 255))
    return Image.alpha_composite(backdrop, image).convert("RGB")
