"""From an opened picture file to pixels with 8 bits a channel, upright, on white, of a bounded size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from PIL import Image

from fer_core.errors import PhotoError
from fer_core.images.containers.container import DAMAGED, Container

T = TypeVar("T")

MAX_SIDE_PX = 2000  # a face of 1/40 of the side still has the 48 px that the networks see
BAND = 64  # rows of a reduced picture that are made at a time
WHITE = (255, 255, 255)  # behind transparent areas: what a page shows there
FULL_16 = 65_535
CAMERA_BITS = (8, 10, 12)  # kept in 16 by programs that do not scale, and then almost black

# EXIF tag 0x0112 says which corner of the scene the first stored row and column show (Exif 2.32, section 4.6.4 A).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def or_damaged(read: Callable[[], T]) -> T:
    """Return what `read` returns; any exception that a decoder raises on damaged bytes becomes one sentence.

    Raises:
        PhotoError: for any exception except the next.
        MemoryError: if there was not enough.
    """
    try:
        return read()
    except MemoryError:
        raise
    except Exception as cause:
        if "memory" in str(cause):  # libraries beneath Pillow say so in words
            raise MemoryError from cause
        raise PhotoError(DAMAGED) from cause


def decoded_pixels(image: Image.Image, container: Container) -> tuple[Image.Image, str]:
    """All pixels with 8 bits a channel: RGBA if something may be transparent, L if it is 16-bit grey, else RGB.

    Also returns a note, empty if the values were taken as they are.
    """
    if container.format == "JPEG" and max(image.size) > MAX_SIDE_PX:
        scale = MAX_SIDE_PX / max(image.size)  # the decoder stops at the next larger 1/2, 1/4 or 1/8
        image.draft(None, (int(image.width * scale), int(image.height * scale)))
    or_damaged(image.load)
    if image.mode.startswith("I;16"):
        return _scaled(np.asarray(image), container)
    if image.mode in ("I", "F", "LAB", "HSV"):
        raise PhotoError(
            f"The picture stores its values in mode {image.mode}, which has no defined brightness; "
            f"save it with 8 bits a channel, for example as JPEG or PNG."
        )
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    pixels = image if image.mode == wanted else or_damaged(lambda: image.convert(wanted))
    _check_bits(pixels, container)
    return pixels, ""


def _scaled(values: np.ndarray, container: Container) -> tuple[Image.Image, str]:
    """16-bit grey (H, W) in 8 bits, and a note if its white is not 65,535.

    PNG spreads values over all bits (third edition, section 13.12); TIFF does not say, and cameras of 12 bits are
    often stored as they are.
    """
    bits, note = 12 if container.bits == 12 else 16, ""
    highest = int(values.max())
    if container.format == "TIFF" and bits == 16 and highest > 0:
        bits = next((some for some in CAMERA_BITS if highest < 1 << some), bits)
        if bits < 16:
            note = f"Its values end at {highest:,} of {FULL_16:,}, so they are read as {bits} bits."
    table = np.minimum(np.arange(FULL_16 + 1) * 255 // ((1 << bits) - 1), 255).astype(np.uint8)
    return Image.fromarray(table[values]), note


def _check_bits(pixels: Image.Image, container: Container) -> None:
    """Of 16 bits per channel Pillow keeps the upper eight, of which a 12-bit camera fills only the lowest four."""
    if container.bits == 16 and 0 < np.asarray(pixels.convert("RGB")).max() < 16:
        raise PhotoError(
            "The picture keeps its values in the lowest 12 of 16 bits and would be almost black; "
            "save it with 8 bits a channel, for example as JPEG or PNG."
        )


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture upright from its EXIF orientation; 1 and unknown values leave it as it is."""
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def reduced(image: Image.Image) -> Image.Image:
    """Reduce a picture until its longest side is at most MAX_SIDE_PX."""
    if max(image.size) <= MAX_SIDE_PX:
        return image
    scale = MAX_SIDE_PX / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    factor = max(image.size) // (2 * MAX_SIDE_PX)
    if image.mode != "RGBA" or factor < 2:
        return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    box = (0, 0, image.width / factor, image.height / factor)
    return _reduced_in_bands(image, factor).resize((width, height), Image.Resampling.BICUBIC, box)


def _reduced_in_bands(image: Image.Image, factor: int) -> Image.Image:
    """Average each factor x factor pixels, BAND rows at a time.

    With transparency Pillow copies what it reduces, and a copy of 108 megapixels does not fit beside them.
    """
    small = Image.new(image.mode, (-(-image.width // factor), -(-image.height // factor)))
    for row in range(0, small.height, BAND):
        rows = (0, row * factor, image.width, min(image.height, (row + BAND) * factor))
        small.paste(image.crop(rows).reduce(factor), (0, row))
    return small


def on_white(image: Image.Image) -> Image.Image:
    """Put a picture on white where it is transparent; otherwise the colours hidden there would show."""
    if image.mode != "RGBA":
        return image
    backdrop = Image.new("RGBA", image.size, (*WHITE, 255))
    return Image.alpha_composite(backdrop, image).convert("RGB")
