"""A rectangle chosen by the viewer, laid over a face like the named covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core.errors import ConfigError
from fer_core.robustness.corruptions import covered


@dataclass(frozen=True)
class Box:
    """A rectangle on a face in whole percent, so that it means the same place at every size.

    Args:
        left, right: its edges, 0 <= left <= right <= 100 of the face's width from the left, as the viewer sees it.
        top, bottom: its edges, 0 <= top <= bottom <= 100 of the face's height from the top.

    Raises:
        ConfigError: if an edge is no such number, or the edges are in the wrong order.
    """

    left: int
    right: int
    top: int
    bottom: int

    def __post_init__(self) -> None:
        for low, high in ((self.left, self.right), (self.top, self.bottom)):
            if not 0 <= low <= high <= 100:
                raise ConfigError(
                    f"a box from {low} to {high} % of a face is not valid; give 0 to 100, the smaller number first"
                )

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing."""
        return self.left == self.right or self.top == self.bottom


def cover_box(pictures: np.ndarray, box: Box) -> np.ndarray:
    """Fill a box with each picture's own mean, as the named covers do; its edges lie on the nearest pixels.

    Args:
        pictures: uint8 (N, H, W) grey or (N, H, W, 3) colour.

    Returns:
        uint8 of the same shape, a copy; for an empty box the same, bit for bit.
    """
    rows, columns = (
        slice(round(low * side / 100), round(high * side / 100))
        for low, high, side in ((box.top, box.bottom, pictures.shape[1]), (box.left, box.right, pictures.shape[2]))
    )
    return covered(pictures, rows, columns)
