"""What `fer explain` leaves behind: a picture a map, the crop, the panel, and all numbers in one JSON file.

Every file says inside that it was made here, so that a later run replaces its own files and no one else's.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.explain.metrics import BASELINES, Score
from fer_core.images.face_crop import FaceCrop
from fer_core.report import draw_panel
from fer_core.report.explanations import ATTENTION, Explanation, ExplanationRequest, MapResult, Refused
from fer_core.report.panel import MADE_BY, MAKER, overlays, panel_of, versions

FORMAT = 1
JSON, CROP, PANEL_PNG, PANEL_PDF = "explain.json", "crop.png", "panel.png", "panel.pdf"
MARK = MAKER.encode()


@dataclass(frozen=True, eq=False)
class Explained:
    """A face explained: the crop, the name of its photo, what was asked, and what each network says."""

    crop: FaceCrop
    photo_name: str
    request: ExplanationRequest
    explanations: tuple[Explanation, ...]
    command: str


def picture_name(checkpoint: str, method: str) -> str:
    """The file of one map."""
    return f"{checkpoint}--{method}.png"


def names(checkpoints: Sequence[str], methods: Sequence[str]) -> list[str]:
    """All files that a run may write."""
    maps = [picture_name(name, method) for name in checkpoints for method in (ATTENTION, *methods)]
    return [*maps, CROP, PANEL_PNG, PANEL_PDF, JSON]


def prepare(folder: Path, wanted: Sequence[str]) -> None:
    """Make the folder, and see before anything is computed that nothing of another's would be overwritten.

    Raises:
        ConfigError: if the folder cannot be written to, or one of the files there was not made by this command.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):  # a folder that cannot be written to is no surprise after minutes
            pass
        foreign = [name for name in wanted if (folder / name).exists() and not is_own(folder / name)]
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written to ({error.strerror}); give another --out") from error
    if foreign:
        raise ConfigError(
            f"{folder} holds {', '.join(foreign)}, which fer explain did not make and hence does not overwrite; "
            f"move it away or give another --out"
        )


def is_own(path: Path) -> bool:
    """Whether a file says that it was made here."""
    return path.is_file() and MARK in path.read_bytes()


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a prepared folder, each of them whole.

    Raises:
        ConfigError: if one cannot be written.
    """
    for name, content in contents.items():
        try:
            files.write(folder / name, content)
        except OSError as error:
            raise ConfigError(
                f"{folder / name} cannot be written ({error.strerror}); free the cause and repeat"
            ) from error


def contents(explained: Explained) -> dict[str, bytes]:
    """Return all files by name, the JSON last."""
    maps = overlays(explained.explanations, explained.crop, explained.request)
    panel = panel_of(explained.explanations, explained.crop, explained.request, explained.photo_name)
    return {
        **{picture_name(checkpoint, method): _png(pixels) for (checkpoint, method), pixels in maps.items()},
        CROP: _png(explained.crop.pixels),
        PANEL_PNG: draw_panel.as_png(panel),
        PANEL_PDF: draw_panel.as_pdf(panel),
        JSON: files.pretty_json(as_dict(explained)).encode(),
    }


def _png(pixels: np.ndarray) -> bytes:
    file, words = io.BytesIO(), PngInfo()
    words.add_text("Software", MADE_BY)
    Image.fromarray(pixels).save(file, "PNG", pnginfo=words)
    return file.getvalue()


def as_dict(explained: Explained) -> dict[str, Any]:
    """All numbers as JSON values, unrounded."""
    crop, photo, request = explained.crop, explained.crop.photo, explained.request
    return {
        "format": FORMAT,
        "made_by": MADE_BY,
        "command": explained.command,
        "versions": versions(),
        "photo": {"name": explained.photo_name, "sha256": photo.sha256, "size_px": list(photo.image.size),
                  "notes": list(photo.notes)},
        "faces": [
            {"number": number, "left": face.left, "top": face.top, "right": face.right, "bottom": face.bottom,
             "score": face.score} for number, face in enumerate(photo.faces, 1)
        ],
        "face": crop.spec + 1 if isinstance(crop.spec, int) else None,
        "crop": {"words": crop.description, "file": CROP, "side_px": len(crop.pixels)},
        "target": request.target,
        "opacity": request.opacity,
        "scale": request.scale,
        "networks": [_network(one) for one in explained.explanations],
        "panel": [PANEL_PNG, PANEL_PDF],
    }  # fmt: skip


def _network(explanation: Explanation) -> dict[str, Any]:
    network = explanation.network
    return {
        "checkpoint": network.name,
        "title": network.title,
        "data": network.data,
        "weights_sha256": network.weights,
        "probabilities": dict(zip(network.expressions, explanation.probabilities, strict=True)),
        "answer": explanation.predicted,
        "target": explanation.target,
        "attention": _attention(explanation),
        "methods": {result.method: _method(network.name, result) for result in explanation.maps},
    }


def _attention(explanation: Explanation) -> dict[str, Any] | None:
    if explanation.attention is None:
        return None
    module = explanation.attention
    return {
        "file": picture_name(explanation.network.name, ATTENTION),
        "module": module.name,
        "title": module.title,
        "summary": module.summary,
        "note": module.heatmap.note,
    }


def _method(checkpoint: str, result: MapResult | Refused) -> dict[str, Any]:
    if isinstance(result, Refused):
        return {"refused": result.reason}
    entry: dict[str, Any] = {
        "file": picture_name(checkpoint, result.method),
        "note": result.heatmap.note,
        "completeness_error": result.heatmap.completeness_error,
        "scores": None,
    }
    if result.random_weights is not None:
        weights = result.random_weights
        entry["scores"] = {score.measure: _score(score) for score in result.scores}
        entry["random_weights"] = {"changes": weights.changes, "half": weights.half, "all": weights.all}
    return entry


def _score(score: Score) -> dict[str, Any]:
    values = (value for _, value in score.baselines)
    return {"value": score.value, "baselines": dict(zip(BASELINES, values, strict=True))}
