"""Photos whose every corner has a colour of its own, and photos of two faces."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from support.app_driver import PROJECT, open_page

from fer_core.images import face_detection


def quadrants() -> np.ndarray:
    """Upright 48 x 64 px with a colour of its own in each corner."""
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:24, :32], pixels[:24, 32:] = (200, 30, 30), (30, 200, 30)
    pixels[24:, :32], pixels[24:, 32:] = (30, 30, 200), (220, 220, 30)
    return pixels


# Exif 2.32, tag 274: what the stored row 0 and column 0 show of the scene.
ROW_0_AND_COLUMN_0 = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def as_stored(orientation: int) -> Image.Image:
    """The quadrants as a camera in this orientation writes them."""
    sides = ROW_0_AND_COLUMN_0[orientation]
    stored = quadrants()
    stored = stored[::-1] if "bottom" in sides else stored
    stored = stored[:, ::-1] if "right" in sides else stored
    stored = stored if sides[0] in ("top", "bottom") else stored.transpose(1, 0, 2)
    return Image.fromarray(np.ascontiguousarray(stored))


SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"


needs_detector = pytest.mark.skipif(not face_detection.detectors(), reason="dlib-bin is not installed")


needs_centerface = pytest.mark.skipif(
    face_detection.CENTERFACE not in face_detection.detectors(), reason="CenterFace is not installed"
)


def png(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def two_faces() -> bytes:
    face, both = Image.open(SAMPLE), Image.new("RGB", (1024, 512))
    both.paste(face, (0, 0))
    both.paste(face.point(lambda value: value // 4), (512, 0))
    return png(both)


def uploaded(*files: tuple[str, bytes], **address: str):
    app = open_page("face_lab", photo="upload", **address)
    return app.file_uploader[0].set_value([(name, data, "image/png") for name, data in files]).run()
