"""A camera that Chromium pretends to have: a file of uncompressed pictures, shown again and again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

FLAGS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # the second answers "may it?"


def camera_flags(path: Path, pictures: Iterable[Image.Image], fps: int = 15) -> list[str]:
    """Write pictures of one even size to a file and return the flags with which Chromium takes it for its camera."""
    with path.open("wb") as file:
        for number, picture in enumerate(pictures):
            if number == 0:
                file.write(f"YUV4MPEG2 W{picture.width} H{picture.height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
            y, *chroma = np.moveaxis(np.asarray(picture.convert("YCbCr")), 2, 0)
            halves = [(part[::2, ::2] // 2 + part[1::2, 1::2] // 2).astype(np.uint8) for part in chroma]
            file.write(b"FRAME\n" + y.tobytes() + halves[0].tobytes() + halves[1].tobytes())
    return [*FLAGS, f"--use-file-for-fake-video-capture={path}"]
