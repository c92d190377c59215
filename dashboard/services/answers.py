"""What networks say of a face and where they look. torch is imported when the first of these is called.

Results are cached by what they depend on: the photo's sha256, the face, the checkpoint's name and its weights' sha256.
Maps and answers are small and kept for this session only; networks are shared by all sessions, each with its lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.services.places import checkpoints_root
from dashboard.services.shelf import card_of
from dashboard.services.sight import crop, digest, network_input
from fer_core.errors import ConfigError

if TYPE_CHECKING:
    from fer_core.explain.heatmap import Heatmap
    from fer_core.inference import Predictor

METHODS = ("grad_cam", "integrated_gradients", "saliency")  # columns of the face lab, the cheap ones first


@dataclass(frozen=True)
class Answer:
    """A network's answer for one face: probabilities (K,), 0..1, in the order of `expressions`."""

    expressions: tuple[str, ...]
    probabilities: tuple[float, ...]

    @property
    def expression(self) -> str:
        """The most probable expression; the first of them at a tie."""
        return self.expressions[self.probabilities.index(self.top)]

    @property
    def top(self) -> float:
        """The largest probability."""
        return max(self.probabilities)


@dataclass(frozen=True, eq=False)
class Map:
    """A heatmap and its words: `caption` stands under it, `detail` is there for who asks."""

    title: str
    heatmap: Heatmap
    caption: str
    detail: str


@dataclass(frozen=True)
class Refusal:
    """Why there is no map here, as a sentence."""

    title: str
    reason: str


def predict(name: str, photo: bytes, face: int | None) -> Answer:
    """Ask a checkpoint's network. Raises FerError."""
    return _predict(name, _weights(name), digest(photo), face, photo)


def explain(name: str, photo: bytes, face: int | None, expression: str, method: str) -> Map | Refusal:
    """Return one method's map for the logit of `expression`, or why there is none."""
    from fer_core.explain.attribution import METHODS as TABLE

    title = TABLE[method].title
    expressions = card_of(name).expressions
    if expression not in expressions:
        return Refusal(title, f"This network was not taught “{expression}”; it knows {', '.join(expressions)}.")
    try:
        return _explain(name, _weights(name), digest(photo), face, expressions.index(expression), method, photo)
    except ConfigError as error:
        return Refusal(title, str(error))


def attention(name: str, photo: bytes, face: int | None) -> list[Map]:
    """Return the maps of a network's own attention in forward order; [] if it has none."""
    return _attention(name, _weights(name), digest(photo), face, photo)


def most_telling(maps: list[Map]) -> Map:
    """Return the map that stands for a network's attention: of its spatial gates (else of all) the one with the most
    contrast. The deepest ones often lie on 2 x 2 cells and tell no place from another."""
    spatial = [one for one in maps if one.heatmap.method == "spatial"]
    return max(spatial or maps, key=lambda one: _contrast(one.heatmap))


def _contrast(heatmap: Heatmap) -> float:
    top = float(np.abs(heatmap.values).max())
    return float(np.ptp(heatmap.values)) / top if top else 0.0


def overlay(photo: bytes, face: int | None, shown: Map, opacity: float) -> np.ndarray:
    """Return a map over the grey face, uint8 (H, W, 3); opacity 0..1. Cheap, hence not cached."""
    from fer_core.explain.overlay import blend

    return blend(crop(photo, face), shown.heatmap.values, opacity, signed=shown.heatmap.signed)


def _weights(name: str) -> str:
    return card_of(name).weights["sha256"]


@st.cache_resource(max_entries=8, show_spinner=False)
def _predictor(folder: str, weights: str) -> Predictor:
    import torch

    from fer_core.inference import Predictor

    torch.set_num_threads(1)  # one face at a time gains nothing from a second, and suffers where others compute
    return Predictor(folder)


def _loaded(name: str, weights: str) -> Predictor:
    return _predictor(str(checkpoints_root() / name), weights)


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def _predict(name: str, weights: str, key: str, face: int | None, _photo: bytes) -> Answer:
    prediction = _loaded(name, weights).predict(crop(_photo, face))
    return Answer(tuple(prediction.expressions), tuple(float(p) for p in prediction.probabilities))


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def _explain(name: str, weights: str, key: str, face: int | None, target: int, method: str, _photo: bytes) -> Map:  # noqa: PLR0913
    from fer_core.explain.attribution import METHODS as TABLE
    from fer_core.explain.attribution import attribute

    heatmap = attribute(_loaded(name, weights), network_input(name, _photo, face), target, method)
    caption = _flatness(heatmap)
    if heatmap.completeness_error is not None:
        caption = f"Completeness error {heatmap.completeness_error:.3f} logits. {caption}".strip()
    return Map(TABLE[method].title, heatmap, caption, f"{TABLE[method].source}. {heatmap.note}".strip())


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _attention(name: str, weights: str, key: str, face: int | None, _photo: bytes) -> list[Map]:
    from fer_core.explain.gates import native_attention

    found = native_attention(_loaded(name, weights), network_input(name, _photo, face))
    return [
        Map(one.title, one.heatmap, _flatness(one.heatmap), f"{one.summary} {one.heatmap.note}".strip())
        for one in found
    ]


def _flatness(heatmap: Heatmap) -> str:
    from fer_core.explain.heatmap import FLAT

    return "Flat: no pixel matters more than another." if _contrast(heatmap) <= FLAT else ""
