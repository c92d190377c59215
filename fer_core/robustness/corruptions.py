"""Named, seeded changes of face pictures, five severities each: what a network may meet outside its test set.

    uint8 (N, H, W[, 3]) -> uint8 of the same shape; severity 0 is no change, bit for bit

Severities are sized for faces of 48 px, as FER2013's are. Lengths in px belong to such a face and grow with the
picture; all else is a share, a JPEG quality or an angle. The idea of fixed severities is that of Hendrycks and
Dietterich (2019, arXiv:1903.12261); the levels are our own, since theirs leave nothing of 48 px.

Random changes draw from a stream of their own that is the same at every severity: a stronger noise is the same noise,
amplified, so that a curve over severity shows the severity and not the draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zlib import crc32

import numpy as np
from PIL import Image

from fer_core.errors import ConfigError, unknown_name

SEVERITIES = (1, 2, 3, 4, 5)
BASE_PX = 48  # side of the face that lengths in px are given for

# Height of the eyes and of the mouth in the mean face of FER2013's PublicTest, as a share of its side from the top.
EYES, MOUTH = 0.36, 0.80

Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Corruption:
    """A change of pictures: `apply(pictures, level, rng)`, with the five levels that its severities stand for.

    `title` is its name on the screen, `unit` says a level in words: `unit.format(level)`.
    """

    name: str
    title: str
    unit: str
    levels: tuple[float, ...]
    apply: Change

    def words(self, severity: int) -> str:
        """Say what a severity from 1 to 5 means: "sigma 1.5 px"."""
        return self.unit.format(self.levels[severity - 1]).replace("%", " %")


def corrupt(picture: np.ndarray, name: str, severity: int) -> np.ndarray:
    """Change one picture, uint8 (H, W) or (H, W, 3); see `corrupt_all`."""
    return corrupt_all(np.asarray(picture)[None], name, severity)[0]


def corrupt_all(pictures: np.ndarray, name: str, severity: int, seed: int = 0) -> np.ndarray:
    """Change pictures of one size.

    Args:
        pictures: uint8 (N, H, W) grey or (N, H, W, 3) colour.
        name: a key of CORRUPTIONS.
        severity: 0 (none) to 5.
        seed: of the random changes; the same seed changes the same pictures in the same way.

    Returns:
        uint8 of the same shape, a copy.

    Raises:
        ConfigError: for another name, severity or array.
    """
    if name not in CORRUPTIONS:
        raise unknown_name("change of a picture", name, CORRUPTIONS)
    if severity not in (0, *SEVERITIES):
        raise ConfigError(f"severity={severity!r} of {name} is not valid; give a whole number from 0 (none) to 5")
    if pictures.dtype != np.uint8 or pictures.ndim not in (3, 4) or pictures.size == 0:
        raise ConfigError(
            f"an array of type {pictures.dtype} and shape {pictures.shape} holds no pictures; "
            "give uint8 (N, H, W) or (N, H, W, 3)"
        )
    if severity == 0:
        return pictures.copy()
    corruption = CORRUPTIONS[name]
    rng = np.random.default_rng([seed, crc32(name.encode())])  # not hash(), which changes with every start
    return corruption.apply(pictures, corruption.levels[severity - 1], rng)


def mirror(pictures: np.ndarray) -> np.ndarray:
    """Turn pictures (N, H, W[, 3]) left to right."""
    return np.ascontiguousarray(pictures[:, :, ::-1])


def blur(pictures: np.ndarray, sigma_px: float, rng: np.random.Generator) -> np.ndarray:
    """Gaussian blur; sigma in px of a 48 px face, the border repeated."""
    from scipy import ndimage  # slow to import, and only a changed face needs it

    sigma = sigma_px * pictures.shape[1] / BASE_PX
    planes = (0.0, sigma, sigma, *[0.0] * (pictures.ndim - 3))
    return _as_pixels(ndimage.gaussian_filter(pictures.astype(np.float32), planes, mode="nearest"))


def noise(pictures: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Independent Gaussian noise on every value; sigma as a share of the range from black to white."""
    return _as_pixels(pictures + 255 * sigma * rng.standard_normal(pictures.shape, dtype=np.float32))


def darken(pictures: np.ndarray, shift: float, rng: np.random.Generator) -> np.ndarray:
    """Move every value down by a share of the range from black to white, cut off at black."""
    return _as_pixels(pictures - np.float32(255 * shift))


def brighten(pictures: np.ndarray, shift: float, rng: np.random.Generator) -> np.ndarray:
    """Move every value up by a share of the range from black to white, cut off at white."""
    return _as_pixels(pictures + np.float32(255 * shift))


def contrast(pictures: np.ndarray, left: float, rng: np.random.Generator) -> np.ndarray:
    """Draw values towards the picture's own mean; `left` is the share of each distance that stays."""
    mean = _means(pictures)
    return _as_pixels(mean + left * (pictures - mean))


def rotate(pictures: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    """Turn about the middle, half of the pictures at random clockwise, the others back; linear, border repeated."""
    from scipy import ndimage

    is_clockwise = rng.random(len(pictures)) < 0.5
    turned = np.empty_like(pictures)
    for mask, angle in ((is_clockwise, -degrees), (~is_clockwise, degrees)):
        if mask.any():
            planes = pictures[mask].astype(np.float32)
            turned[mask] = _as_pixels(
                ndimage.rotate(planes, angle, axes=(2, 1), reshape=False, order=1, mode="nearest")
            )
    return turned


def coarsen(pictures: np.ndarray, side_px: float, rng: np.random.Generator) -> np.ndarray:
    """Reduce to `side_px` of 48 px by averaging, and enlarge again (bicubic): a face further away."""

    def one(image: Image.Image) -> Image.Image:
        width, height = (max(1, round(side_px * side / BASE_PX)) for side in image.size)
        return image.resize((width, height), Image.Resampling.BOX).resize(image.size, Image.Resampling.BICUBIC)

    return _each(pictures, one)


def compress(pictures: np.ndarray, quality: float, rng: np.random.Generator) -> np.ndarray:
    """Write as JPEG of a quality (libjpeg's, 1 to 95) and read back."""

    def one(image: Image.Image) -> Image.Image:
        stream = BytesIO()
        image.save(stream, "JPEG", quality=int(quality))
        return Image.open(stream)

    return _each(pictures, one)


def cover_eyes(pictures: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Lay a band over the eyes, across the whole picture; its height as a share of the picture's."""
    return covered(pictures, _band(pictures.shape[1], EYES, height), slice(None))


def cover_mouth(pictures: np.ndarray, height: float, rng: np.random.Generator) -> np.ndarray:
    """Lay a band over the mouth, across the whole picture; its height as a share of the picture's."""
    return covered(pictures, _band(pictures.shape[1], MOUTH, height), slice(None))


def cover_left(pictures: np.ndarray, width: float, rng: np.random.Generator) -> np.ndarray:
    """Cover a share of the picture's width from its left edge, as the viewer sees it."""
    return covered(pictures, slice(None), slice(0, round(width * pictures.shape[2])))


def cover_right(pictures: np.ndarray, width: float, rng: np.random.Generator) -> np.ndarray:
    """Cover a share of the picture's width from its right edge, as the viewer sees it."""
    side = pictures.shape[2]
    return covered(pictures, slice(None), slice(side - round(width * side), side))


def covered(pictures: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
    """Fill a rectangle with each picture's own mean, so that covering makes no picture darker or brighter."""
    changed = pictures.copy()
    changed[:, rows, columns] = _as_pixels(_means(pictures))
    return changed


def _band(side: int, middle: float, height: float) -> slice:
    top, bottom = (round(side * (middle + sign * height / 2)) for sign in (-1, 1))
    return slice(max(0, top), min(side, bottom))


def _means(pictures: np.ndarray) -> np.ndarray:
    return pictures.mean(axis=(1, 2), keepdims=True, dtype=np.float32)


def _each(pictures: np.ndarray, change: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    return np.stack([np.asarray(change(Image.fromarray(picture))) for picture in pictures])


def _as_pixels(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


_BANDS, _SIDES = (0.08, 0.14, 0.20, 0.26, 0.32), (0.1, 0.2, 0.3, 0.4, 0.5)

CORRUPTIONS: dict[str, Corruption] = {
    corruption.name: corruption
    for corruption in (
        Corruption("blur", "Blur", "sigma {:g} px", (0.5, 1.0, 1.5, 2.0, 3.0), blur),
        Corruption("noise", "Noise", "sigma {:.0%} of the range", (0.02, 0.04, 0.06, 0.09, 0.13), noise),
        Corruption("dark", "Darker", "{:.0%} of the range darker", _SIDES, darken),
        Corruption("bright", "Brighter", "{:.0%} of the range brighter", _SIDES, brighten),
        Corruption("contrast", "Less contrast", "{:.0%} of the contrast left", (0.7, 0.5, 0.35, 0.2, 0.1), contrast),
        Corruption("rotation", "Rotation", "{:g} degrees", (5, 10, 15, 22, 30), rotate),
        Corruption("low-resolution", "Low resolution", "{:g} of 48 px left", (32, 24, 16, 12, 8), coarsen),
        Corruption("jpeg", "JPEG", "quality {:g}", (50, 30, 18, 10, 5), compress),
        Corruption("cover-eyes", "Eyes covered", "{:.0%} of the height", _BANDS, cover_eyes),
        Corruption("cover-mouth", "Mouth covered", "{:.0%} of the height", _BANDS, cover_mouth),
        Corruption("cover-left", "Left covered", "{:.0%} of the width", _SIDES, cover_left),
        Corruption("cover-right", "Right covered", "{:.0%} of the width", _SIDES, cover_right),
    )
}
