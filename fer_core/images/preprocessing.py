"""From a picture to the network's input, the same way for uploaded photos and for data-set rows.

    (H, W[, 3]) uint8 -> square -> grey -> size_px -> channels -> ((x / 255) - mean) / std  (C, S, S) float32

Each step is exact and shared: `to_input` and `images_to_input` end in the same lines, and a test compares them bit
for bit. What a network expects is an `InputSpec`, which is in its checkpoint's card and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

import numpy as np
from PIL import Image

from fer_core.errors import ConfigError, PhotoError

# Pillow widens the filter's support when it reduces, so bicubic is antialiased; Lanczos would ring around the eyes.
RESAMPLE = Image.Resampling.BICUBIC
Color = Literal["grey", "rgb"]
MAX_SIZE_PX = 1024  # no network here reads more, and a card from elsewhere must not ask for a terabyte


@dataclass(frozen=True)
class InputSpec:
    """What a network takes: the card's `input` entry.

    Args:
        size_px: side of the square input, 1 to `MAX_SIZE_PX`.
        channels: C of the input, 1 or 3.
        color: "grey" reduces colour to luma and copies it to all channels; "rgb" keeps colour and needs 3 channels.
        mean, std: of pixels scaled to 0..1; one value for all channels or one per channel, std > 0.

    Raises:
        ConfigError: if a value is outside these ranges.
    """

    size_px: int
    channels: int
    color: Color
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", tuple(float(value) for value in self.mean))
        object.__setattr__(self, "std", tuple(float(value) for value in self.std))
        if not 1 <= self.size_px <= MAX_SIZE_PX:
            raise ConfigError(f"size_px={self.size_px} is no side length; give 1 to {MAX_SIZE_PX}, for example 48")
        if (self.color, self.channels) not in {("grey", 1), ("grey", 3), ("rgb", 3)}:
            raise ConfigError(
                f"color={self.color!r} with channels={self.channels} is not valid; choose grey with 1 or 3, or "
                "rgb with 3"
            )
        if not {len(self.mean), len(self.std)} <= {1, self.channels}:
            raise ConfigError(
                f"{len(self.mean)} means and {len(self.std)} stds do not fit {self.channels} channels; "
                f"give one value for all channels or one per channel"
            )
        if min(self.std) <= 0:
            raise ConfigError(f"std={self.std} cannot divide; every value must be above 0")

    def as_dict(self) -> dict[str, Any]:
        """The spec as plain JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> InputSpec:
        """Rebuild a spec from `as_dict`; raises ConfigError for missing or unknown entries."""
        known = {field.name for field in fields(cls)}
        if set(values) != known:
            raise ConfigError(f"an input has the entries {sorted(known)}, not {sorted(values)}")
        return cls(**values)


class Stages(NamedTuple):
    """A picture on its way to a network, S = size_px; the last stage is the input."""

    square: np.ndarray  # uint8 (L, L) or (L, L, 3), L the longer side
    colored: np.ndarray  # uint8 (L, L) if the network sees grey, else as `square`
    sized: np.ndarray  # uint8 (S, S) or (S, S, 3)
    normalised: np.ndarray  # float32 (C, S, S)


def stages(image: np.ndarray | Image.Image, spec: InputSpec) -> Stages:
    """Return every state of a picture between crop and input; arguments and errors as in `to_input`."""
    square = pad_to_square(_as_pixels(image))
    colored = _colored(square, spec.color)
    sized = _sized(colored, spec.size_px)
    return Stages(square, colored, sized, _normalised(sized[None], spec)[0])


def to_input(image: np.ndarray | Image.Image, spec: InputSpec) -> np.ndarray:
    """Return one picture as the network's input.

    A picture that is not square is padded to one by repeating its border, half on each side: a stretched face would
    be a different face. `FacePhoto.crop` gives squares, so this only concerns whole pictures.

    Args:
        image: uint8 (H, W) grey or (H, W, 3) RGB, or a Pillow picture in mode L or RGB; any H, W >= 1.
        spec: the card's input.

    Returns:
        float32 (C, size_px, size_px).

    Raises:
        PhotoError: if the array has another type or shape, or the picture another mode.
    """
    return stages(image, spec).normalised


def images_to_input(images: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Return data-set rows as the network's inputs; row i equals `to_input(images[i], spec)` exactly.

    Args:
        images: uint8 (N, H, W) grey or (N, H, W, 3) RGB.

    Returns:
        float32 (N, C, size_px, size_px).
    """
    return _normalised(fitted(images, spec), spec)


def fitted(images: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Return data-set rows in the network's size and colour, not yet normalised.

    Rows that already have the network's size skip everything that works picture by picture.

    Args:
        images: uint8 (N, H, W) grey or (N, H, W, 3) RGB.

    Returns:
        uint8 (N, size_px, size_px), or (N, size_px, size_px, 3) for pictures and networks in colour.

    Raises:
        PhotoError: if the array has another type or shape.
    """
    if images.ndim not in (3, 4) or images.dtype != np.uint8:
        raise PhotoError(
            f"images of type {images.dtype} and shape {images.shape} are not pictures; give uint8 (N, H, W[, 3])"
        )
    if len(images) == 0:
        return np.zeros((0, spec.size_px, spec.size_px), np.uint8)
    if images.shape[1:3] == (spec.size_px, spec.size_px):
        # Colour is converted pixel by pixel, so all rows stacked into one tall picture convert alike, in one call.
        tall = _as_pixels(images.reshape(-1, *images.shape[2:]))
        colored = _colored(tall, spec.color)
        return colored.reshape(len(images), spec.size_px, *colored.shape[1:])
    return np.stack([_sized(_colored(pad_to_square(_as_pixels(image)), spec.color), spec.size_px) for image in images])


def pad_to_square(pixels: np.ndarray) -> np.ndarray:
    """(H, W[, 3]) -> (S, S[, 3]) with S = max(H, W): the border repeated on both sides, one more behind if odd."""
    height, width = pixels.shape[:2]
    missing = max(height, width) - np.array([height, width])
    if not missing.any():
        return pixels
    before = missing // 2
    pad = [*zip(before, missing - before, strict=True), *[(0, 0)] * (pixels.ndim - 2)]
    return np.pad(pixels, pad, mode="edge")


def _as_pixels(image: np.ndarray | Image.Image) -> np.ndarray:
    """uint8 (H, W) or (H, W, 3); anything else is refused rather than converted by guesswork."""
    if isinstance(image, Image.Image):
        if image.mode not in ("L", "RGB"):
            raise PhotoError(f"a picture in mode {image.mode} is not plain grey or RGB; open it with photos.open_photo")
        image = np.asarray(image)
    is_grey, is_rgb = image.ndim == 2, image.ndim == 3 and image.shape[2] == 3
    if image.dtype != np.uint8 or not (is_grey or is_rgb) or image.size == 0:
        raise PhotoError(
            f"an array of type {image.dtype} and shape {image.shape} is not a picture; give uint8 (H, W) or (H, W, 3)"
        )
    return image


def _colored(pixels: np.ndarray, color: str) -> np.ndarray:
    """(H, W, 3) -> (H, W) for "grey", by ITU-R 601 luma as Pillow rounds it; "rgb" keeps what is there."""
    if color == "grey" and pixels.ndim == 3:
        return np.asarray(Image.fromarray(pixels).convert("L"))
    return pixels


def _sized(pixels: np.ndarray, size_px: int) -> np.ndarray:
    if pixels.shape[:2] == (size_px, size_px):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((size_px, size_px), RESAMPLE))


def _normalised(pixels: np.ndarray, spec: InputSpec) -> np.ndarray:
    """uint8 (N, S, S) or (N, S, S, 3) -> float32 (N, C, S, S)."""
    mean, std = (np.asarray(values, np.float32).reshape(-1, 1, 1) for values in (spec.mean, spec.std))
    planes = pixels[:, None] if pixels.ndim == 3 else pixels.transpose(0, 3, 1, 2)  # (N, 1 or 3, S, S)
    planes = np.broadcast_to(planes, (len(pixels), spec.channels, *planes.shape[2:]))
    return np.ascontiguousarray((planes.astype(np.float32) / np.float32(255) - mean) / std)
