"""Photographs with known faces, made of free ones: two portraits, turned and scaled, on photographs without a face.

The portraits are NASA's of Eileen Collins (the app's sample) and the US Navy's of Grace Hopper (in matplotlib's wheel),
both in the public domain; the backgrounds are scikit-learn's sample photographs. Boxes were read off by eye.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageFilter, ImageOps
from sklearn.datasets import load_sample_images

SAMPLE = Path(__file__).resolve().parents[1] / "dashboard" / "assets" / "sample-astronaut.jpg"
HOPPER = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
PORTRAITS = {SAMPLE: (180, 60, 270, 175), HOPPER: (165, 130, 365, 335)}  # left, top, right, bottom
SIDES_PX = (32, 60, 120, 240)  # of the faces in the scenes
SCENE_PX = (1200, 800)
HEAD = 2.2  # side of what is pasted / side of the face


@dataclass(frozen=True, eq=False)
class Scene:
    """A photograph with one face: its centre and side in pixels, and the degrees by which it is tilted clockwise."""

    image: Image.Image
    x: float
    y: float
    side: float
    tilt: int


def scenes(tilt: int) -> Iterator[Scene]:
    """Yield 48 scenes: portraits, mirrored or not, sides and lights, at places that a seeded generator draws."""
    rng = np.random.default_rng(tilt + 1000)
    for path, is_mirrored, side, light in product(PORTRAITS, (False, True), SIDES_PX, ("plain", "dark", "blurred")):
        head = _head(path, is_mirrored, side, tilt)
        scene = _backgrounds()[int(rng.integers(2))].copy()
        left, top = (int(rng.integers(0, room - head.width)) for room in SCENE_PX)
        scene.paste(head, (left, top))
        yield Scene(_lit(scene, light), left + head.width / 2, top + head.height / 2, side, tilt)


def empty_scenes() -> list[Image.Image]:
    """Return the photographs without a face."""
    return _backgrounds()


def moving_face(frames: int, size: tuple[int, int] = (640, 480), side: int = 130) -> Iterator[Image.Image]:
    """Yield the pictures of a camera before which a face of this side walks around an ellipse, once in `frames`."""
    scene, head = _backgrounds()[0].resize(size), _head(SAMPLE, False, side, 0)
    middle = ((size[0] - head.width) / 2, (size[1] - head.height) / 2)
    for k in range(frames):
        angle = 2 * math.pi * k / frames
        picture = scene.copy()
        picture.paste(
            head, (round(middle[0] * (1 + 0.5 * math.cos(angle))), round(middle[1] * (1 + 0.5 * math.sin(angle))))
        )
        yield picture


def _head(path: Path, is_mirrored: bool, side: int, tilt: int) -> Image.Image:
    """A square around a face that lies in its middle and has this side."""
    left, top, right, bottom = PORTRAITS[path]
    image = Image.open(path).convert("RGB")
    if is_mirrored:
        image, left, right = ImageOps.mirror(image), image.width - right, image.width - left
    x, y, face_px = (left + right) / 2, (top + bottom) / 2, (right - left + bottom - top) / 2
    half = HEAD / 2 * face_px
    # Pillow counts anticlockwise.
    turned = image.rotate(-tilt, Image.Resampling.BICUBIC, center=(x, y), fillcolor=(110, 110, 110))
    head = turned.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
    return head.resize((round(HEAD * side),) * 2, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _lit(scene: Image.Image, light: str) -> Image.Image:
    if light == "dark":
        return scene.point(lambda value: value // 3)
    return scene.filter(ImageFilter.GaussianBlur(1.5)) if light == "blurred" else scene


@cache
def _backgrounds() -> list[Image.Image]:
    return [
        Image.fromarray(pixels).resize(SCENE_PX, Image.Resampling.BICUBIC) for pixels in load_sample_images().images
    ]
