"""The output of `fer explain`: one picture per map, the crop, the panel, and all numbers in one JSON file.

Every file records that this command made it, so that a later run replaces only its own files. It replaces all of them:
a map of an earlier run never stays beside numbers of this one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.explain.methods import DESCRIBED
from fer_core.explain.metrics import BASELINES, Score
from fer_core.images.face_crop import FaceCrop
from fer_core.images.file_signatures import shown_name
from fer_core.images.input_quality import quality_warnings
from fer_core.report import draw_panel
from fer_core.report.explanations import ATTENTION, Explanation, ExplanationRequest, MapResult, Refused
from fer_core.report.panel import DIGITS, MEASURED_WITH, overlays, panel_of
from fer_core.versions import MADE_BY, MAKER, versions

FORMAT = 1
JSON, CROP, PANEL_PNG, PANEL_PDF = "explain.json", "crop.png", "panel.png", "panel.pdf"
MARKS = {".png": b"Software\0", ".pdf": b"/Creator (", ".json": b'"made_by": "'}  # what stands before MAKER inside
NAME_CHARACTERS = 60  # of a photo's name in a folder's: file systems end at 255 bytes


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


def default_folder(photo: str, sha256: str) -> Path:
    """Return the default folder of a photo: photos of one name share no folder, and a photo always has the same."""
    return Path("explained") / f"{file_stem(photo)}-{sha256[:DIGITS]}"


def file_stem(photo: str) -> str:
    """Return a photo's name as the beginning of the names of files about it."""
    return re.sub(r"[?\\]", "_", shown_name(Path(photo).stem[:NAME_CHARACTERS]))


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
    """Whether a file has a name that this command gives and says inside that it was made here."""
    checkpoint, _, method = path.stem.rpartition("--")
    is_named = path.name in (JSON, CROP, PANEL_PNG, PANEL_PDF) or (
        path.suffix == ".png" and bool(checkpoint) and method in (ATTENTION, *DESCRIBED)
    )
    return is_named and path.is_file() and MARKS[path.suffix] + MAKER.encode() in path.read_bytes()


def write(folder: Path, contents: Mapping[str, bytes]) -> int:
    """Write files into a prepared folder, each of them whole, and remove its own others; returns how many those were.

    The numbers go first and come last, so that a run that is cut off leaves none beside what it had not reached.

    Raises:
        ConfigError: if one cannot be written or removed.
    """
    own = [path for path in sorted(folder.glob("*")) if is_own(path)]
    stale = [path for path in own if path.name not in contents]
    path = folder
    try:
        for path in (folder / JSON, *stale):
            if path in own:
                path.unlink()
        for name, content in contents.items():
            path = folder / name
            files.write(path, content)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}); free the cause and repeat") from error
    return len(stale)


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
        "versions": versions(MEASURED_WITH),
        "photo": {"name": explained.photo_name, "sha256": photo.sha256, "size_px": list(photo.image.size),
                  "notes": list(photo.notes)},
        "faces": [
            {"number": number, "left": face.left, "top": face.top, "right": face.right, "bottom": face.bottom,
             "score": face.score} for number, face in enumerate(photo.faces, 1)
        ],
        "detector": photo.detector,
        "face": None if crop.face is None else crop.face + 1,
        "crop": {"words": crop.description, "file": CROP, "side_px": len(crop.pixels),
                 "square": None if crop.square is None else asdict(crop.square),
                 "warnings": quality_warnings(crop.image)},
        "target": request.target,
        "opacity": request.opacity,
        "scale": request.scale,
        "networks": [_network(explanation) for explanation in explained.explanations],
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
