"""Warnings for faces unlike those that the networks learned from: too small, too dark, too blurred.

The bounds are the first percentiles of FER2013's 28,709 Training rows, so one row in a hundred lies beyond each. Beyond
them, four of our networks were right less often on PrivateTest: by 7 to 16 points on darker faces (39 rows) and by 4 to
13 on more blurred ones (38 rows), except for one that gained 5 there. Too bright, too flat and too sharp made no such
difference, so they have no bounds.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from fer_core.images.preprocessing import RESAMPLE

LEARNED_PX = 48  # side of FER2013's pictures
DARK = 51.5  # mean grey, 0..255
BLURRED = 0.26  # mean absolute Laplacian of the grey picture, in units of its standard deviation


def quality_warnings(square: Image.Image) -> list[str]:
    """Return a sentence for each way in which a square crop is unlike the faces that networks learned from."""
    grey = np.asarray(square.convert("L").resize((LEARNED_PX, LEARNED_PX), RESAMPLE), np.float32)
    if square.width < LEARNED_PX:
        return [
            f"The cut has only {square.width} px a side; the networks learned from {LEARNED_PX} px, "
            "so what is missing was smoothed in."
        ]
    unlike = {"darker": brightness(grey) < DARK, "more blurred": sharpness(grey) < BLURRED}
    return [
        f"It is {word} than 99 of 100 faces of FER2013: the networks have seen few like it."
        for word, applies in unlike.items()
        if applies
    ]


def brightness(grey: np.ndarray) -> float:
    """Mean of a grey picture (H, W), 0..255."""
    return float(grey.mean())


def sharpness(grey: np.ndarray) -> float:
    """Mean absolute Laplacian of a grey picture (H, W) over its standard deviation; 0 if it is even."""
    inner = grey[1:-1, 1:-1]
    sum_around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.abs(4 * inner - sum_around).mean() / max(float(grey.std()), 1.0))
