"""A heatmap's colours over a grey face, so that skin is not mistaken for the map."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps  # not pyplot: it would keep figures and choose a backend
from matplotlib.colors import Colormap, LinearSegmentedColormap
from PIL import Image

from fer_core.errors import ConfigError
from fer_core.images.preprocessing import pad_to_square

SIDE_PX = 384  # eight screen pixels for each of 48
ROBUST_PERCENTILE = 99  # a few extreme pixels of a gradient map would leave all others dark

# Both can be read without telling red from green. The diverging one runs from Okabe and Ito's blue to their vermilion.
SEQUENTIAL: Colormap = colormaps["cividis"]
DIVERGING: Colormap = LinearSegmentedColormap.from_list("blue_orange", ["#0072B2", "#F2F2F2", "#D55E00"])


def blend(
    face: Image.Image | np.ndarray,
    values: np.ndarray,
    opacity: float,
    *,
    signed: bool | None = None,
    vmax: float | None = None,
    side_px: int = SIDE_PX,
) -> np.ndarray:
    """Lay a map over the face that it explains.

    The map's numbers are interpolated bilinearly and coloured afterwards; interpolated colours would not be on the
    scale. The scale starts at 0, so a map without contrast looks like one.

    Args:
        face: the crop as a picture of any size; RGB or grey, uint8 if an array.
        values: (H, W), a `Heatmap.values`.
        opacity: 0 shows the grey face alone, 1 the map alone.
        signed: True for the diverging scale -vmax..vmax, False for the sequential 0..vmax; None decides by whether a
            value is negative.
        vmax: where the scale ends, to share one scale among maps; None takes `scale_end(values)`.
        side_px: side of the result.

    Returns:
        uint8 (side_px, side_px, 3).

    Raises:
        ConfigError: if opacity is outside 0..1, or vmax is not above 0.
    """
    if not 0 <= opacity <= 1:
        raise ConfigError(f"opacity={opacity} is out of range; give 0 (face alone) to 1 (map alone)")
    if vmax is not None and not vmax > 0:
        raise ConfigError(f"vmax={vmax} cannot end a scale; give a number above 0")
    signed = bool((values < 0).any()) if signed is None else signed
    backdrop = _grey_face(face, side_px)
    colors = _colored(_enlarged(values, side_px), signed, scale_end(values) if vmax is None else vmax)
    return np.rint((1 - opacity) * backdrop + opacity * colors).astype(np.uint8)


def scale_end(*maps: np.ndarray) -> float:
    """Where a scale for these maps ends: the 99th percentile of all magnitudes, or 1 if they are all zero."""
    magnitudes = np.abs(np.concatenate([np.ravel(values) for values in maps]))
    return float(np.percentile(magnitudes, ROBUST_PERCENTILE)) or float(magnitudes.max()) or 1.0


def legend(signed: bool, steps: int = 256) -> np.ndarray:
    """Colours of a scale from its lowest to its highest value, uint8 (steps, 3)."""
    return _to_bytes((DIVERGING if signed else SEQUENTIAL)(np.linspace(0, 1, steps)))


def _grey_face(face: Image.Image | np.ndarray, side_px: int) -> np.ndarray:
    picture = face if isinstance(face, Image.Image) else Image.fromarray(face)
    square = Image.fromarray(pad_to_square(np.asarray(picture.convert("L"))))
    grey = square.resize((side_px, side_px), Image.Resampling.BICUBIC)
    return np.asarray(grey.convert("RGB"), np.float32)


def _enlarged(values: np.ndarray, side_px: int) -> np.ndarray:
    cells = Image.fromarray(np.asarray(values, np.float32))  # mode F: one float a pixel
    return np.asarray(cells.resize((side_px, side_px), Image.Resampling.BILINEAR))


def _colored(values: np.ndarray, signed: bool, vmax: float) -> np.ndarray:
    position = 0.5 + values / (2 * vmax) if signed else values / vmax
    return _to_bytes((DIVERGING if signed else SEQUENTIAL)(np.clip(position, 0, 1)))


def _to_bytes(colors: np.ndarray) -> np.ndarray:
    """RGBA in 0..1 -> uint8 RGB."""
    return np.rint(colors[..., :3] * 255).astype(np.uint8)
