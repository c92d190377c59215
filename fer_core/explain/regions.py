"""Which part of a face each pixel belongs to, and how much of a map falls on each part. Pure functions; no torch.

A layout is a fixed map of six regions over all faces of a data set, in units of the face itself:

    u = (x - 1/2) / distance of the eyes       eyes at u = -1/2 and +1/2
    v = (y - height of the eyes) / (height of the mouth - height of the eyes)       eyes at v = 0, mouth at v = 1

so one drawing fits every set, and a set needs three measured numbers (LAYOUTS). It is exact only where faces are
aligned; elsewhere a border between two regions runs through different places of different faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.errors import ConfigError
from fer_core.robustness.corruptions import EYES as EYES_OF_FER2013
from fer_core.robustness.corruptions import MOUTH as MOUTH_OF_FER2013

REGIONS = ("brows", "eyes", "nose", "mouth", "cheeks", "outside")
OUTSIDE = REGIONS.index("outside")
SMALLEST_PX = 24  # a side: below, the eyes have less than three rows

# What the drawing looks like, in u (to both sides of the middle) and v.
SIDE, NOSE_ROOT = 0.92, 0.17  # half widths: of brows and eyes together, and of the nose between the eyes
BROWS, EYES = (-0.42, -0.10), (-0.10, 0.18)  # from top to bottom; the frown between the brows is theirs
NOSE_FOOT, NOSE_WING = 0.66, 0.34  # where it ends, and its half width there
MOUTH_MIDDLE, MOUTH_REACH = (0.0, 1.04), (0.62, 0.38)  # an ellipse: lips, their corners, and a jaw that drops
CHEEKS, CHEEK_SIDE = (0.18, 1.06), 0.95  # from below the eyes to the mouth's middle


@dataclass(frozen=True)
class Layout:
    """Where the eyes and the mouth of a data set's faces lie, in shares of the picture's side.

    Attributes:
        eyes_apart: distance of the pupils; the middle between them is the picture's.
        eyes, mouth: their heights from the top.
        is_aligned: whether the set's owner put the eyes of every face in the same place.
        about: on what the three were measured.
    """

    eyes_apart: float
    eyes: float
    mouth: float
    is_aligned: bool
    about: str


# Measured on mean faces. Eyes: the darkest pixel of each half, between 0.3 and 0.45 of the height; mouth: the darkest
# row of the middle fifth, below 0.7. RAF-DB's owners align both eyes and the mouth of every face. FER2013's pictures,
# which are FER+'s too, were only centred by a face detector; what `corruptions` does not say was measured on the
# n = 28,709 faces of Training. CK+ has no row: its checkpoints ship no weights that could be asked.
_FER2013 = Layout(0.355, EYES_OF_FER2013, MOUTH_OF_FER2013, False, "the mean face of FER2013")
LAYOUTS = {
    "rafdb": Layout(0.50, 0.345, 0.735, True, "the mean face of RAF-DB train, n = 11,045"),
    "fer2013": _FER2013,
    "ferplus": _FER2013,
}


def layout_of(data: str) -> Layout:
    """Return a data set's layout.

    Raises:
        ConfigError: if there is none.
    """
    if data not in LAYOUTS:
        raise ConfigError(
            f"where the eyes and mouths of {data} lie was not measured, so its faces have no regions; "
            f"there are layouts for {', '.join(LAYOUTS)}"
        )
    return LAYOUTS[data]


def label_map(layout: Layout, side_px: int) -> np.ndarray:
    """Return the region of every pixel, indices of REGIONS, uint8 (side_px, side_px).

    Where two shapes overlap, the first of REGIONS has the pixel, so each belongs to exactly one.

    Raises:
        ConfigError: if the side is below SMALLEST_PX.
    """
    if side_px < SMALLEST_PX:
        raise ConfigError(f"a face of {side_px} px is too small to tell eyes from brows; give {SMALLEST_PX} px or more")
    middle = (np.arange(side_px) + 0.5) / side_px
    u = (np.abs(middle - 0.5) / layout.eyes_apart)[None, :]
    v = ((middle - layout.eyes) / (layout.mouth - layout.eyes))[:, None]
    return np.select(_shapes(u, v), range(OUTSIDE), default=OUTSIDE).astype(np.uint8)


def _shapes(u: np.ndarray, v: np.ndarray) -> list[np.ndarray]:
    """Whether each place is within the shape of brows, eyes, nose, mouth and cheeks; bool (H, W) each."""
    down_the_nose = (v - EYES[0]) / (NOSE_FOOT - EYES[0])
    width = NOSE_ROOT + np.clip(down_the_nose, 0, 1) * (NOSE_WING - NOSE_ROOT)
    is_nose = (v >= EYES[0]) & (v < NOSE_FOOT) & (u <= width)
    is_brows = (v >= BROWS[0]) & (v < BROWS[1]) & (u <= SIDE)
    is_eyes = (v >= EYES[0]) & (v < EYES[1]) & (u <= SIDE) & ~is_nose
    away = [(place - middle) / reach for place, middle, reach in zip((u, v), MOUTH_MIDDLE, MOUTH_REACH, strict=True)]
    is_mouth = away[0] ** 2 + away[1] ** 2 <= 1
    is_cheeks = (v >= CHEEKS[0]) & (v < CHEEKS[1]) & (u <= CHEEK_SIDE)
    return [is_brows, is_eyes, is_nose, is_mouth, is_cheeks]


def area_shares(labels: np.ndarray) -> np.ndarray:
    """Return the share of the picture that each region covers, (R,), sum 1."""
    return np.bincount(labels.ravel(), minlength=len(REGIONS)) / labels.size


def shares(maps: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of each map's magnitude that falls on each region.

    Args:
        maps: (N, H, W), of any sign and unit. labels: (H, W), a `label_map`.

    Returns:
        (N, R), rows sum to 1; a map that is zero everywhere gets the area shares, since it prefers nothing.

    Raises:
        ConfigError: if the sizes differ.
    """
    if maps.shape[1:] != labels.shape:
        raise ConfigError(
            f"maps of {_times(maps.shape[1:])} px do not lie on regions of {_times(labels.shape)} px; draw the "
            "regions in the maps' size"
        )
    magnitudes = np.abs(np.asarray(maps, np.float64)).reshape(len(maps), -1)
    onto = np.eye(len(REGIONS))[labels.ravel()]  # (H W, R)
    total = magnitudes.sum(axis=1, keepdims=True)
    return np.where(total > 0, magnitudes @ onto / np.where(total > 0, total, 1), area_shares(labels))


def densities(shares: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Return share / area of each region, (..., R): 1 is what a uniform map has; 0 for a region without area."""
    return np.divide(shares, areas, out=np.zeros(np.broadcast_shapes(shares.shape, areas.shape)), where=areas > 0)


def densest_part(shares: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Return the region of the face (never "outside") with the largest density, indices (...)."""
    return densities(shares, areas)[..., :OUTSIDE].argmax(axis=-1)


def random_patch(labels: np.ndarray, region: int, rng: np.random.Generator) -> np.ndarray:
    """Return a patch of the face as large as a region, and apart from it: bool (H, W).

    It holds the pixels that are nearest to a random one, of those that are neither in the region nor "outside".
    """
    allowed = np.flatnonzero((labels != region) & (labels != OUTSIDE))
    size = int((labels == region).sum())
    rows, columns = np.divmod(allowed, labels.shape[1])
    start = rng.integers(len(allowed))
    away = np.square(rows - rows[start]) + np.square(columns - columns[start])
    patch = np.zeros(labels.size, bool)
    patch[allowed[np.argsort(away, kind="stable")[:size]]] = True
    return patch.reshape(labels.shape)


def _times(size: tuple[int, ...]) -> str:
    return " × ".join(map(str, size))
