"""Untrusted bytes -> an upright RGB photo, or one sentence that says why not.

The order keeps it safe: first the length, then a walk through the file that counts its parts (`containers`), then the
size, and only then a decoder; all but the first in a separate process with limits of time and memory
(`limited_process`). Only the file's pixels survive: no metadata, no position, no thumbnail. Nothing is ever written to
disk. HEIC, the iPhone's format, needs pillow-heif; everything else works without it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from fer_core.errors import PhotoError
from fer_core.images import containers
from fer_core.images.containers.container import Container
from fer_core.images.file_signatures import kind_of
from fer_core.images.limited_process import Limits, NoAnswerError, Pool, Reason, serve
from fer_core.images.photo_pixels import MAX_SIDE_PX, UPRIGHT, decoded_pixels, on_white, or_damaged, reduced, turned

try:
    import pillow_heif
except ImportError:  # no wheel for this machine
    pillow_heif = None  # type: ignore[assignment]
else:  # other images in the file are not even listed
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", *(["HEIF"] if pillow_heif else []))
READABLE = "JPEG, PNG, WebP, GIF, BMP, TIFF and HEIC" if pillow_heif else "JPEG, PNG, WebP, GIF, BMP and TIFF"

MAX_BYTES = 60_000_000  # decimal, as browsers count; the server accepts as much
MAX_PIXELS = 120_000_000  # phones' "108 megapixels" are 12,000 x 9,000; the largest cameras have 102
MAX_WEBP_PIXELS = 25_000_000  # its decoder takes 20 bytes a pixel, and no camera writes it
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own warning would come at 89 megapixels
MIN_SIDE_PX = 24  # half of what the networks see; below that no expression can be read
MAX_ASPECT = 4.0  # wider than a panorama of three photos; a strip holds no face of a usable size

LIMITS = Limits(cpu_s=15, wall_s=60, memory_bytes=1_000_000_000)
AT_ONCE = 4  # photos of as many sessions are decoded at a time, each within LIMITS
GIVEN_UP = {
    Reason.TIME: f"The picture takes more than {LIMITS.cpu_s} s to decode. Save it smaller, or as a plain JPEG.",
    Reason.MEMORY: f"The picture takes more than {LIMITS.memory_bytes / 1e9:.0f} GB of memory to decode. "
    "Save it smaller, or as a plain JPEG.",
    Reason.DIED: "The picture makes its decoder fail. Choose another copy of it, or save it as a plain JPEG.",
}


@dataclass(frozen=True)
class Source:
    """How a photo was stored: Pillow's format and mode, (width, height) stored and decoded, EXIF orientation."""

    format: str
    mode: str
    size: tuple[int, int]
    decoded: tuple[int, int]
    orientation: int


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright RGB picture of at most MAX_SIDE_PX a side, and notes on what was done to get it, a sentence each."""

    image: Image.Image
    notes: tuple[str, ...]
    source: Source


_DECODERS = Pool("fer_core.images.photos", LIMITS, AT_ONCE)  # runs the last line of this file


def read_file(path: Path) -> bytes:
    """Return a file's bytes, at most one more than `open_photo` takes. Raises PhotoError."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); give the path of a picture file") from error


def open_photo(data: bytes) -> Photo:
    """Read an uploaded file as a photo, in a process with limits, or in this one where none can be started.

    It is turned upright by its EXIF or XMP, or a HEIC's own properties; transparent areas become white; 16-bit grey is
    scaled, not clipped; the first frame of an animation is taken; a side above MAX_SIDE_PX is reduced, in a JPEG
    already during decoding.

    Raises:
        PhotoError: if the file is empty, too long, damaged or of another format, has more parts than pictures have,
            declares too many or too few pixels, is a strip, has values of no defined brightness, or exceeds LIMITS
            while it is decoded.
    """
    if not data:
        raise PhotoError("The file is empty; choose a picture.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            f"The file has {len(data) / 1e6:.1f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB. Save it smaller."
        )
    try:
        return _as_photo(_DECODERS.ask(data))
    except NoAnswerError as cause:
        if cause.reason is not Reason.NO_PROCESS:
            raise PhotoError(GIVEN_UP[cause.reason]) from cause
    try:
        return decode(data)
    except MemoryError as cause:
        raise PhotoError(GIVEN_UP[Reason.MEMORY]) from cause


def answer(data: bytes) -> bytes:
    """In the decoding process: a line of JSON about the file, then its pixels row by row if it is a photo."""
    try:
        photo = decode(data)
    except PhotoError as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"
    header = {"size": photo.image.size, "notes": photo.notes, "source": asdict(photo.source)}
    return json.dumps(header).encode() + b"\n" + photo.image.tobytes()


def _as_photo(answered: bytes) -> Photo:
    """The photo in an `answer`. Raises the PhotoError that the answer carries."""
    line, _, pixels = answered.partition(b"\n")
    header = json.loads(line)
    if "error" in header:
        raise PhotoError(header["error"])
    source: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in header["source"].items()
    }
    return Photo(Image.frombytes("RGB", tuple(header["size"]), pixels), tuple(header["notes"]), Source(**source))


def decode(data: bytes) -> Photo:
    """Read a photo in this process, bounded by counts and sizes only.

    Raises:
        PhotoError: as `open_photo`, except for LIMITS.
        MemoryError: if there is not enough.
    """
    container = containers.walked(data)
    if container is None or container.format not in FORMATS:
        raise PhotoError(f"The file is {kind_of(data)}; {READABLE} can be read. Save it as one of these.")
    if container.size:
        _check_size(container.size, container.format)
    # Named, because Pillow would otherwise try all its readers, and the one for EPS starts Ghostscript.
    image = or_damaged(lambda: Image.open(BytesIO(container.data), formats=[container.format]))
    _check_size(image.size, container.format)
    return _read(image, container)


def _read(image: Image.Image, container: Container) -> Photo:
    stored, mode = image.size, image.mode
    pixels, scaled = decoded_pixels(image, container)
    decoded, has_alpha = pixels.size, pixels.mode == "RGBA"
    pixels = turned(on_white(reduced(pixels)).convert("RGB"), container.orientation)
    notes = {
        container.note or _several(image): True,
        scaled: True,
        "Transparent areas are shown on white.": has_alpha,
        "Turned upright, as the camera noted.": container.orientation in UPRIGHT,
        f"Its longest side was reduced from {max(stored):,} to {MAX_SIDE_PX:,} px.": max(stored) > MAX_SIDE_PX,
    }
    source = Source(container.format, mode, stored, decoded, container.orientation)
    pixels.info = {}  # no metadata comes along
    return Photo(pixels, tuple(note for note, applies in notes.items() if note and applies), source)


def _check_size(sides: tuple[int, int], kind: str) -> None:
    width, height = sides
    size = f"{width:,} × {height:,} px"
    limit, whose = (MAX_WEBP_PIXELS, " of a WebP") if kind == "WEBP" else (MAX_PIXELS, "")
    if width * height > limit:
        raise PhotoError(
            f"The picture has {size} ({width * height / 1e6:.0f} megapixels); the limit{whose} is {limit / 1e6:.0f} "
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
    """A sentence if a HEIC holds more pictures than the one taken, which only its decoder knows."""
    if image.format != "HEIF":
        return ""
    count = or_damaged(lambda: image.n_frames)  # type: ignore[attr-defined]  # a picture of pillow-heif has it
    return f"The main one of {count} pictures." if count > 1 else ""


if __name__ == "__main__":  # in the process that decodes
    serve(answer)
