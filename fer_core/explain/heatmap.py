"""A heatmap: one number per pixel of the input, and what may be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

RECTIFIED = ("grad_cam", "layer_cam", "guided_grad_cam")  # methods that cut off what speaks against
FLAT = 1e-6  # spread / largest magnitude below which differences are rounding errors of float32
NINTHS = (("upper left", "upper middle", "upper right"), ("middle left", "middle", "middle right"),
          ("lower left", "lower middle", "lower right"))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Raw:
    """A method's raw result: (H, W) on the input's grid, without a caption."""

    values: Tensor
    completeness_error: float | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class Heatmap:
    """What an explanation says about each pixel of the network's input.

    Args:
        values: float32 (H, W) in input pixels, in the method's own unit, never rescaled, always finite.
        method: a key of `attribution.METHODS`, or the kind of a gate.
        target: index of the explained expression; None for a network's own attention, which has no target.
        completeness_error: |sum of the map - what it should sum to| in logits, where the method promises a sum.
        signed: whether negative values mean "speaks against".
        note: what a reader has to know, in sentences; empty if nothing.
    """

    values: np.ndarray
    method: str
    target: int | None
    completeness_error: float | None = None
    signed: bool = False
    note: str = ""


def readable(heatmap: Heatmap) -> Heatmap:
    """Return the map with its anomalies in its note: values that are not finite become 0, a flat map is named so."""
    values, notes = np.asarray(heatmap.values, np.float32), [heatmap.note]
    is_number = np.isfinite(values)
    if not is_number.all():
        values = np.where(is_number, values, np.float32(0))
        notes.append(f"{np.mean(~is_number):.0%} of this map are no numbers and shown as 0: the network overflowed.")
    if heatmap.method in RECTIFIED and not values.any():
        notes.append("This map is zero: nothing found speaks for the expression; a ReLU cuts what speaks against it.")
    elif np.ptp(values) <= FLAT * np.abs(values).max():
        notes.append("This map is flat: the method finds no pixel more important than another.")
    return replace(heatmap, values=values, note=" ".join(note for note in notes if note))


def contrast(heatmap: Heatmap) -> float:
    """Return the spread of a map, in units of its largest magnitude; 0 if it is zero everywhere."""
    top = float(np.abs(heatmap.values).max())
    return float(np.ptp(heatmap.values)) / top if top else 0.0


def caption(heatmap: Heatmap) -> str:
    """Return a map's caption: the completeness error where there is one, and whether it is flat; often empty."""
    error = heatmap.completeness_error
    sentences = ("" if error is None else f"Completeness error {error:.3f} logits.", _flatness(heatmap))
    return " ".join(filter(None, sentences))


def _flatness(heatmap: Heatmap) -> str:
    if heatmap.method in RECTIFIED and not heatmap.values.any():
        return "Zero: nothing that was found speaks for it."
    return "Flat: no pixel matters more than another." if contrast(heatmap) <= FLAT else ""


def strongest_words(heatmap: Heatmap) -> str:
    """Say which ninth of the picture has the largest share of the positive evidence, and how large it is."""
    speaks_for = np.clip(heatmap.values, 0, None)
    shares = np.array(
        [[part.sum() for part in np.array_split(row, 3, axis=1)] for row in np.array_split(speaks_for, 3)]
    )
    if contrast(heatmap) <= FLAT or not shares.any():
        return "equal everywhere"
    row, column = divmod(int(shares.argmax()), 3)
    return f"strongest in the {NINTHS[row][column]} of the picture, {shares.max() / shares.sum():.0%}"


class HasHeatmap(Protocol):
    """Anything with a heatmap."""

    @property
    def heatmap(self) -> Heatmap:
        """The map itself."""


T = TypeVar("T", bound=HasHeatmap)


def most_telling(maps: Sequence[T]) -> T:
    """Return the map that represents a network's own attention: the one with the most contrast among its spatial gates,
    else among all. The deepest ones often have only 2 x 2 cells and show no place.
    """
    spatial = [shown for shown in maps if shown.heatmap.method == "spatial"]
    return max(spatial or maps, key=lambda shown: contrast(shown.heatmap))
