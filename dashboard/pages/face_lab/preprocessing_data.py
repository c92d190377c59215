"""From a file to the input of one checkpoint's network, step by step: what each step gives, in pictures and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from dashboard.pages.face_lab.crop_data import outlined, with_landmarks
from dashboard.pages.face_lab.data import input_spec
from fer_core.images.eye_alignment import LEVEL, roll
from fer_core.images.face_crop import FaceCrop, FacePhoto, LevelEyes
from fer_core.images.face_detection import DLIB, seen_size
from fer_core.images.photo_pixels import turned
from fer_core.images.preprocessing import InputSpec, Stages, stages

STEP_PX = 192  # side of the enlarged little pictures; four screen pixels for each of 48

# How a camera was held, by EXIF orientation (Exif 2.32, tag 274).
TURNS = {
    2: "mirrored",
    3: "turned by 180°",
    4: "mirrored top to bottom",
    5: "mirrored and turned by 270° clockwise",
    6: "turned by 90° clockwise",
    7: "mirrored and turned by 90° clockwise",
    8: "turned by 270° clockwise",
}
UNTURN = {5: 5, 6: 8, 7: 7, 8: 6}  # the orientation that undoes another; the rest undo themselves


@dataclass(frozen=True, eq=False)
class PreprocessingStep:
    """One step from file to input: a picture, its name, and sizes and ranges in words."""

    title: str
    picture: Image.Image
    detail: str


def preprocessing_steps(name: str, crop: FaceCrop) -> list[PreprocessingStep]:
    """Return what happens between a photo's file and the input of a checkpoint's network. Raises FerError."""
    spec = input_spec(name)
    return [*_to_the_crop(crop), *_to_the_input(stages(crop.pixels, spec), spec)]


def _to_the_crop(crop: FaceCrop) -> list[PreprocessingStep]:
    source, upright = crop.photo.source, crop.photo.image
    stored = f"{_size(source.size)}, {source.mode}"
    if source.decoded != source.size:
        stored += f", decoded at {_size(source.decoded)}"
    as_stored = turned(upright, UNTURN.get(source.orientation, source.orientation))
    turn = TURNS.get(source.orientation, "not turned")
    return [
        PreprocessingStep("Decoded", _small(as_stored), f"{source.format}, {stored}"),
        PreprocessingStep(
            "Upright", _small(upright), f"{turn}; {_size(upright.size)}, RGB, {_range(np.asarray(upright))}"
        ),
        PreprocessingStep("Searched for faces", _small(outlined(crop.photo, crop)), _searched(crop.photo)),
        *_aligned(crop),
        PreprocessingStep(
            "Cut out and turned" if crop.square and crop.square.turn else "Cut out",
            _small(crop.image),
            f"{_cut(crop)}; {_size(crop.image.size)}, RGB, {_range(crop.pixels)}",
        ),
    ]


def _aligned(crop: FaceCrop) -> list[PreprocessingStep]:
    """The landmarks on the cut face, and by how much its eyes are tilted or were turned; no step without landmarks."""
    if not crop.landmarks or crop.face is None or crop.square is None:
        return []
    tilt = _degrees(roll(crop.photo.faces[crop.face]))
    if not isinstance(crop.spec, LevelEyes):
        done = f"eyes tilted by {tilt}, left as they lie"
    elif crop.square.turn:
        done = f"eyes read at {tilt}, turned by {_degrees(crop.square.turn)}"
    else:
        done = f"eyes read at {tilt}, level within {LEVEL:g}°, not turned"
    read = with_landmarks(crop.photo.crop(crop.face))  # as it lay, whatever was done then
    return [PreprocessingStep("Landmarks read", _small(read), f"5 by {crop.photo.detector}; {done}")]


def _to_the_input(states: Stages, spec: InputSpec) -> list[PreprocessingStep]:
    array, size = states.normalised, f"{spec.size_px} × {spec.size_px}"
    stretched = np.rint((array - array.min()) / max(float(np.ptp(array)), 1e-6) * 255).astype(np.uint8)
    mean, std = (_numbers(values) for values in (spec.mean, spec.std))
    side = len(states.colored)
    colour = "Grey" if spec.color == "grey" else "Colour kept"
    words = "luma 0.299 R + 0.587 G + 0.114 B" if spec.color == "grey" else "RGB"
    equal = " equal" if spec.color == "grey" and spec.channels > 1 else ""
    return [
        PreprocessingStep(
            colour, _small(Image.fromarray(states.colored)), f"{words}; {side} × {side} px, {_range(states.colored)}"
        ),
        PreprocessingStep("Resized", _pixels(states.sized), f"bicubic; {size} px, {_range(states.sized)}"),
        PreprocessingStep(
            "Normalised, the input",
            _pixels(stretched[0] if len(stretched) == 1 else stretched.transpose(1, 2, 0)),
            f"(x / 255 − {mean}) / {std}; {spec.channels}{equal} × {size}, "
            f"float32, {array.min():.2f} to {array.max():.2f}".replace("-", "−"),
        ),
    ]


def _searched(photo: FacePhoto) -> str:
    if photo.is_face_already:
        return "not searched: as small as a data-set face"
    if photo.detector is None:
        return "not searched: no detector is installed"
    seen = _size(seen_size(photo.detector, *photo.image.size))
    what, colour, digits = ("margin", "in grey ", 1) if photo.detector == DLIB else ("score", "", 2)
    scores = ", ".join(f"{place}: {face.score:.{digits}f}" for place, face in enumerate(photo.faces[:5], 1))
    outcome = f"{what} of face {scores}".replace("-", "−") if scores else "no face"
    return f"by {photo.detector} {colour}at {seen}; {outcome}"


def _cut(crop: FaceCrop) -> str:
    if crop.square is None:
        return "the whole picture, its border repeated to a square"
    if crop.is_by_hand:
        return f"by hand, turned by {_degrees(crop.square.turn)}" if crop.square.turn else "by hand"
    eyes = ", eyes level" if isinstance(crop.spec, LevelEyes) else ""
    return f"face {(crop.face or 0) + 1}, framed as FER2013 frames it{eyes}"


def _degrees(angle: float) -> str:
    return f"{angle:.0f}°".replace("-", "−")


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]:,} × {size[1]:,} px"


def _range(pixels: np.ndarray) -> str:
    return f"{pixels.min()} to {pixels.max()}"


def _numbers(values: Sequence[float]) -> str:
    return " | ".join(f"{value:.3g}" for value in values)


def _small(image: Image.Image) -> Image.Image:
    """The picture with its longer side STEP_PX, its proportions kept."""
    scale = STEP_PX / max(image.size)
    return image.convert("RGB").resize(
        [max(1, round(side * scale)) for side in image.size], Image.Resampling.BICUBIC, reducing_gap=2.0
    )


def _pixels(planes: np.ndarray) -> Image.Image:
    """(H, W[, 3]) uint8 -> an enlarged picture with its pixels visible; the browser would blur them."""
    return Image.fromarray(planes).convert("RGB").resize((STEP_PX, STEP_PX), Image.Resampling.NEAREST)
