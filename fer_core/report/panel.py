"""What stands on a panel: one face, several networks, their answers and maps, and the words that make it quotable."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from PIL import Image

from fer_core import __version__
from fer_core.explain.heatmap import Heatmap, caption
from fer_core.explain.methods import DESCRIBED
from fer_core.explain.metrics import RandomWeights, Score
from fer_core.explain.overlay import blend, scale_end
from fer_core.images.input_quality import quality_warnings
from fer_core.report.explanations import (
    ATTENTION,
    NO_ATTENTION,
    PREDICTED,
    SCALE_WORDS,
    SIGNS,
    Explanation,
    ExplanationRequest,
    MapResult,
    NetworkInfo,
    Refused,
)
from fer_core.report.fonts import has_letters

MAKER = "FER Lens"
MADE_BY = f"{MAKER} {__version__}"  # stands in every file
FACE_PX = 288
OWN_ATTENTION = "Its own attention"
SCORES = (
    "Under each map, from 0 to 1: filled the map, hollow a random map, an edge map and a centred blob, none of which "
    "has seen the network. A bold number is better than all three; low is good in deletion and infidelity, high in "
    "insertion, neither in sensitivity. Weights: rank correlation with the map of the network with half of its layers "
    "shuffled, and with all."
)
MEASURED_WITH = ("torch", "captum", "numpy", "pillow")
DIGITS = 12  # of a SHA-256 in print; all of them are in the JSON


@dataclass(frozen=True)
class Origin:
    """Where the face is from: the photo's name (empty if unknown), its SHA-256, and the crop in words."""

    photo: str
    sha256: str
    crop: str


@dataclass(frozen=True, eq=False)
class Cell:
    """One place beside an answer: a map, uint8 (H, W, 3), or None and in `words` the reason why there is none."""

    title: str
    picture: np.ndarray | None
    words: str
    scores: tuple[Score, ...] = ()
    random_weights: RandomWeights | None = None


@dataclass(frozen=True, eq=False)
class Row:
    """A network's answer and its cells, its own attention first."""

    finding: Explanation
    cells: tuple[Cell, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel ready to be drawn.

    Args:
        face: uint8 (FACE_PX, FACE_PX, 3), the crop.
        title, about: what is shown; what each network is, a line each.
        footer: paragraphs of small print.
        photo: the photo's name for the file's metadata, which take any letters; empty if unknown.
    """

    face: np.ndarray
    title: str
    about: tuple[str, ...]
    rows: tuple[Row, ...]
    footer: tuple[str, ...]
    photo: str


def panel_of(findings: Sequence[Explanation], crop: Image.Image, request: ExplanationRequest, origin: Origin) -> Panel:
    """Lay out what was found; the maps are those of `overlays`, pixel by pixel."""
    pictures = overlays(findings, crop, request)
    return Panel(
        face=_face(crop),
        title="What does it see, and where does it look?",
        about=tuple(_about(one) for one in findings),
        rows=tuple(Row(one, _cells(one, pictures)) for one in findings),
        footer=tuple(_footer(request, origin, quality_warnings(crop))),
        photo=origin.photo,
    )


def overlays(
    findings: Sequence[Explanation], crop: Image.Image, request: ExplanationRequest
) -> dict[tuple[str, str], np.ndarray]:
    """Every map over the grey face, uint8 (H, W, 3), by checkpoint and method, ATTENTION among them."""
    ends = _ends(findings) if request.scale == "method" else {}
    return {
        (one.who.name, method): blend(
            crop, heatmap.values, request.opacity, signed=heatmap.signed, vmax=ends.get(method)
        )
        for one in findings
        for method, heatmap in _heatmaps(one)
    }


def _heatmaps(found: Explanation) -> list[tuple[str, Heatmap]]:
    own = [(ATTENTION, found.attention.heatmap)] if found.attention else []
    return own + [(one.method, one.heatmap) for one in found.maps if isinstance(one, MapResult)]


def _ends(findings: Sequence[Explanation]) -> dict[str, float]:
    """Where the common scale of each method's maps ends; a network's own attention keeps a scale of its own."""
    values: dict[str, list[np.ndarray]] = {}
    for found in findings:
        for method, heatmap in _heatmaps(found):
            values.setdefault(method, []).append(heatmap.values)
    return {method: scale_end(*some) for method, some in values.items() if method != ATTENTION}


def _face(crop: Image.Image) -> np.ndarray:
    return np.asarray(crop.convert("RGB").resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC))


def shown_title(who: NetworkInfo) -> str:
    """What a network is called on the panel: by its title, or by its checkpoint's name if the font cannot write it."""
    return who.title if has_letters(who.title) else who.name


def _about(found: Explanation) -> str:
    who, top = found.who, max(found.probabilities)
    answer = f"{shown_title(who)}: {found.answer} {100 * top:.0f} %."
    return f"{answer} {who.name}, weights {who.weights[:DIGITS]}, from {who.data}."


def _cells(found: Explanation, pictures: Mapping[tuple[str, str], np.ndarray]) -> tuple[Cell, ...]:
    name = found.who.name
    own = found.attention
    words = f"{own.title}. {caption(own.heatmap)}".strip() if own else NO_ATTENTION
    cells = [Cell(OWN_ATTENTION, pictures.get((name, ATTENTION)), words)]
    for one in found.maps:
        title = DESCRIBED[one.method].title
        if isinstance(one, Refused):
            cells.append(Cell(title, None, one.reason))
        else:
            picture = pictures[name, one.method]
            cells.append(Cell(title, picture, caption(one.heatmap), one.scores, one.random_weights))
    return tuple(cells)


def _footer(request: ExplanationRequest, origin: Origin, oddities: Sequence[str]) -> list[str]:
    name = origin.photo if has_letters(origin.photo) else "its name stands in the metadata"
    photo = f"{name}, " if name else ""
    whose = "each network's own answer" if request.target == PREDICTED else request.target
    return [
        f"Photo: {photo}SHA-256 {origin.sha256[:DIGITS]}, {origin.crop}. Explained: {whose}. "
        f"Opacity of the maps: {100 * request.opacity:.0f} %. Bars: softmax of the answer, not calibrated.",
        *(f"Crop: {oddity}" for oddity in oddities),
        f"{SCALE_WORDS[request.scale]} {SIGNS}",
        *([SCORES] if request.is_scored else []),
        "Made by " + ", ".join(f"{name} {number}" for name, number in versions().items()) + ".",
    ]


def versions() -> dict[str, str]:
    """What the numbers were computed with."""
    return {
        MAKER: __version__,
        "Python": platform.python_version(),
        **{name: version(name) for name in MEASURED_WITH},
    }
