"""From a file to the input of one checkpoint's network, step by step: what each step gives, in pictures and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from dashboard.store.photos import boxed, crop_face, find_faces_in, spec_of
from fer_core.images import photos
from fer_core.images.face_crop import CropSpec, Sight
from fer_core.images.face_detection import MAX_DETECTION_PX, ManualCrop
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


def preprocessing_steps(name: str, photo: bytes, face: CropSpec) -> list[PreprocessingStep]:
    """Return what happens between a photo's file and the input of a checkpoint's network. Raises FerError."""
    sight, spec, square = find_faces_in(photo), spec_of(name), crop_face(photo, face)
    return [*_to_the_face(photo, sight, face, square), *_to_the_input(stages(square, spec), spec)]


def _to_the_face(photo: bytes, sight: Sight, face: CropSpec, square: Image.Image) -> list[PreprocessingStep]:
    source, upright = sight.source, sight.image
    stored = f"{_size(source.size)}, {source.mode}"
    if source.decoded != source.size:
        stored += f", decoded at {_size(source.decoded)}"
    as_stored = photos.turned(upright, UNTURN.get(source.orientation, source.orientation))
    turn = TURNS.get(source.orientation, "not turned")
    return [
        PreprocessingStep("Decoded", _small(as_stored), f"{source.format}, {stored}"),
        PreprocessingStep(
            "Upright", _small(upright), f"{turn}; {_size(upright.size)}, RGB, {_range(np.asarray(upright))}"
        ),
        PreprocessingStep("Searched for faces", _small(boxed(photo, face)), _searched(sight)),
        PreprocessingStep("Cut out, not aligned" if not _is_turned(face) else "Cut out and turned", _small(square),
             f"{_cut(face)}; {_size(square.size)}, RGB, {_range(np.asarray(square))}"),
    ]  # fmt: skip


def _to_the_input(found: Stages, spec: InputSpec) -> list[PreprocessingStep]:
    array, size = found.normalised, f"{spec.size_px} × {spec.size_px}"
    stretched = np.rint((array - array.min()) / max(float(np.ptp(array)), 1e-6) * 255).astype(np.uint8)
    mean, std = (_numbers(values) for values in (spec.mean, spec.std))
    side = len(found.colored)
    colour = "Grey" if spec.color == "grey" else "Colour kept"
    words = "luma 0.299 R + 0.587 G + 0.114 B" if spec.color == "grey" else "RGB"
    equal = " equal" if spec.color == "grey" and spec.channels > 1 else ""
    return [
        PreprocessingStep(
            colour, _small(Image.fromarray(found.colored)), f"{words}; {side} × {side} px, {_range(found.colored)}"
        ),
        PreprocessingStep("Resized", _pixels(found.sized), f"bicubic; {size} px, {_range(found.sized)}"),
        PreprocessingStep(
            "Normalised, the input",
            _pixels(stretched[0] if len(stretched) == 1 else stretched.transpose(1, 2, 0)),
            f"(x / 255 − {mean}) / {std}; {spec.channels}{equal} × {size}, "
            f"float32, {array.min():.2f} to {array.max():.2f}".replace("-", "−"),
        ),
    ]


def _searched(sight: Sight) -> str:
    if sight.is_face_already:
        return "not searched: as small as a data-set face"
    if not sight.has_detector:
        return "not searched: the detector is not installed"
    scale = min(1.0, MAX_DETECTION_PX / max(sight.image.size))
    seen = _size((round(sight.image.width * scale), round(sight.image.height * scale)))
    scores = ", ".join(f"{place}: {face.score:.1f}" for place, face in enumerate(sight.faces[:5], 1)).replace("-", "−")
    return f"in grey at {seen}; " + (f"margin of face {scores}" if scores else "no frontal face")


def _cut(face: CropSpec) -> str:
    if face is None:
        return "the whole picture, its border repeated to a square"
    if isinstance(face, ManualCrop):
        return f"by hand, turned by {face.turn}°".replace("-", "−") if face.turn else "by hand"
    return f"face {face + 1}, framed as FER2013 frames it"


def _is_turned(face: CropSpec) -> bool:
    return isinstance(face, ManualCrop) and face.turn != 0


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
        tuple(max(1, round(side * scale)) for side in image.size), Image.Resampling.BICUBIC, reducing_gap=2.0
    )


def _pixels(planes: np.ndarray) -> Image.Image:
    """(H, W[, 3]) uint8 -> an enlarged picture with its pixels visible; the browser would blur them."""
    return Image.fromarray(planes).convert("RGB").resize((STEP_PX, STEP_PX), Image.Resampling.NEAREST)
