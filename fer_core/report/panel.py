"""The content of a panel: one face, several networks, their answers and maps, and the words that make it quotable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from fer_core.explain.heatmap import Heatmap, caption
from fer_core.explain.methods import DESCRIBED
from fer_core.explain.metrics import RandomWeights, Score
from fer_core.explain.overlay import blend, scale_end
from fer_core.images.face_crop import FaceCrop
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
from fer_core.versions import versions

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
    """A network's prediction and its cells, its own attention first."""

    explanation: Explanation
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


def panel_of(
    explanations: Sequence[Explanation], crop: FaceCrop, request: ExplanationRequest, photo_name: str = ""
) -> Panel:
    """Lay explanations out; the maps are those of `overlays`, pixel by pixel. The photo's name is empty if unknown."""
    pictures = overlays(explanations, crop, request)
    return Panel(
        face=_face(crop),
        title="What does it see, and where does it look?",
        about=tuple(map(_about, explanations)),
        rows=tuple(Row(explanation, _cells(explanation, pictures)) for explanation in explanations),
        footer=tuple(_footer(request, crop, photo_name)),
        photo=photo_name,
    )


def overlays(
    explanations: Sequence[Explanation], crop: FaceCrop, request: ExplanationRequest
) -> dict[tuple[str, str], np.ndarray]:
    """Every map over the grey face, uint8 (H, W, 3), by checkpoint and method, ATTENTION among them."""
    ends = _ends(explanations) if request.scale == "method" else {}
    return {
        (explanation.network.name, method): blend(
            crop.pixels, heatmap.values, request.opacity, signed=heatmap.signed, vmax=ends.get(method)
        )
        for explanation in explanations
        for method, heatmap in _heatmaps(explanation)
    }


def _heatmaps(explanation: Explanation) -> list[tuple[str, Heatmap]]:
    own = [(ATTENTION, explanation.attention.heatmap)] if explanation.attention else []
    return own + [(result.method, result.heatmap) for result in explanation.maps if isinstance(result, MapResult)]


def _ends(explanations: Sequence[Explanation]) -> dict[str, float]:
    """Where the common scale of each method's maps ends; a network's own attention keeps a scale of its own."""
    values: dict[str, list[np.ndarray]] = {}
    for explanation in explanations:
        for method, heatmap in _heatmaps(explanation):
            values.setdefault(method, []).append(heatmap.values)
    return {method: scale_end(*some) for method, some in values.items() if method != ATTENTION}


def _face(crop: FaceCrop) -> np.ndarray:
    return np.asarray(crop.image.resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC))


def shown_title(network: NetworkInfo) -> str:
    """The name of a network on the panel: its title, or its checkpoint's name if the font cannot write that."""
    return network.title if has_letters(network.title) else network.name


def _about(explanation: Explanation) -> str:
    network, top = explanation.network, max(explanation.probabilities)
    answer = f"{shown_title(network)}: {explanation.predicted} {100 * top:.0f} %."
    return f"{answer} {network.name}, weights {network.weights[:DIGITS]}, from {network.data}."


def _cells(explanation: Explanation, pictures: Mapping[tuple[str, str], np.ndarray]) -> tuple[Cell, ...]:
    name = explanation.network.name
    own = explanation.attention
    words = f"{own.title}. {caption(own.heatmap)}".strip() if own else NO_ATTENTION
    cells = [Cell(OWN_ATTENTION, pictures.get((name, ATTENTION)), words)]
    for result in explanation.maps:
        title = DESCRIBED[result.method].title
        if isinstance(result, Refused):
            cells.append(Cell(title, None, result.reason))
        else:
            picture = pictures[name, result.method]
            cells.append(Cell(title, picture, caption(result.heatmap), result.scores, result.random_weights))
    return tuple(cells)


def _footer(request: ExplanationRequest, crop: FaceCrop, photo_name: str) -> list[str]:
    name = photo_name if has_letters(photo_name) else "its name stands in the metadata"
    photo = f"{name}, " if name else ""
    whose = "each network's own answer" if request.target == PREDICTED else request.target
    return [
        f"Photo: {photo}SHA-256 {crop.photo.sha256[:DIGITS]}, {crop.description}. Explained: {whose}. "
        f"Opacity of the maps: {100 * request.opacity:.0f} %. Bars: softmax of the answer, not calibrated.",
        *(f"Crop: {warning}" for warning in quality_warnings(crop.image)),
        f"{SCALE_WORDS[request.scale]} {SIGNS}",
        *([SCORES] if request.is_scored else []),
        "Made by " + ", ".join(f"{name} {number}" for name, number in versions(MEASURED_WITH).items()) + ".",
    ]
