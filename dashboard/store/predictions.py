"""What networks say of a face and where they look. torch is imported when the first of these is called.

Results are cached by what they depend on: the photo's sha256, the face, the checkpoint's name and its weights' sha256.
Maps and answers are small and kept for this session only; networks are shared by all sessions, each with its lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.store.checkpoints import card_of
from dashboard.store.photos import crop_face, network_input
from fer_core.errors import CheckpointError, ConfigError
from fer_core.explain.heatmap import caption
from fer_core.explain.methods import DESCRIBED, FIRST, not_taught
from fer_core.images.face_crop import CropSpec, digest
from fer_core.paths import checkpoints_root

if TYPE_CHECKING:
    from fer_core.explain.attention_maps import Attention
    from fer_core.explain.heatmap import Heatmap
    from fer_core.inference.predictor import Predictor

METHOD_TITLES = {name: method.title for name, method in DESCRIBED.items()}  # the cheap ones first
FIRST_METHODS = FIRST  # what the face lab opens with


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


def predict(name: str, photo: bytes, face: CropSpec) -> Answer:
    """Ask a checkpoint's network. Raises FerError."""
    return _predict(name, weights_of(name), digest(photo), face, photo)


def explain_face(name: str, photo: bytes, face: CropSpec, expression: str, method: str) -> Map | Refusal:
    """Return one method's map for the logit of `expression`, or why there is none."""
    expressions = card_of(name).expressions
    if expression not in expressions:
        return Refusal(METHOD_TITLES[method], not_taught(expression, expressions))
    try:
        return explained(name, weights_of(name), digest(photo), face, target_of(name, expression), method, photo)
    except ConfigError as error:
        return Refusal(METHOD_TITLES[method], str(error))


def target_of(name: str, expression: str) -> int:
    """Return the place of an expression among those that a checkpoint knows."""
    return card_of(name).expressions.index(expression)


def attention(name: str, photo: bytes, face: CropSpec) -> list[Map]:
    """Return the maps of a network's own attention in forward order; [] if it has none."""
    return [shown_attention(one) for one in native(name, photo, face)]


def native(name: str, photo: bytes, face: CropSpec) -> list[Attention]:
    """Return the modules of a network's own attention in forward order; [] if it has none."""
    return _native(name, weights_of(name), digest(photo), face, photo)


def shown_attention(one: Attention) -> Map:
    """Return the map of an attention module with its words."""
    return Map(one.title, one.heatmap, caption(one.heatmap), f"{one.summary} {one.heatmap.note}".strip())


def overlay(photo: bytes, face: CropSpec, shown: Map, opacity: float, vmax: float | None = None) -> np.ndarray:
    """Return a map over the grey face, uint8 (H, W, 3); opacity 0..1. Cheap, hence not cached.

    `vmax` is where the scale ends (see `shared_end`); None gives the map a scale of its own.
    """
    from fer_core.explain.overlay import blend

    return blend(crop_face(photo, face), shown.heatmap.values, opacity, signed=shown.heatmap.signed, vmax=vmax)


def shared_end(maps: Sequence[Map]) -> float:
    """Return where one scale for all these maps ends."""
    from fer_core.explain.overlay import scale_end

    return scale_end(*(one.heatmap.values for one in maps))


def loaded(name: str) -> Predictor:
    """Return a checkpoint's network with its lock, loaded once for all sessions. Raises FerError."""
    return _predictor(str(checkpoints_root() / name), weights_of(name))


def weights_of(name: str) -> str:
    """Return what stands for a checkpoint's weights in cache keys. Raises CheckpointError if they are not here."""
    card = card_of(name)
    if card.weights is None:
        raise CheckpointError(
            f"{name} is here with its scores but without its weights, so it can be asked about no face; "
            f"this command makes them: {card.training.command}"
        )
    return card.weights.sha256


@st.cache_resource(max_entries=8, show_spinner=False)
def _predictor(folder: str, weights: str) -> Predictor:
    import torch

    from fer_core.inference.predictor import Predictor

    torch.set_num_threads(1)  # one face at a time gains nothing from a second, and suffers where others compute
    return Predictor(folder)


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def _predict(name: str, weights: str, key: str, face: CropSpec, _photo: bytes) -> Answer:
    prediction = loaded(name).predict(crop_face(_photo, face))
    return Answer(tuple(prediction.expressions), tuple(float(p) for p in prediction.probabilities))


@st.cache_data(max_entries=256, show_spinner=False, scope="session")
def explained(name: str, weights: str, key: str, face: CropSpec, target: int, method: str, _photo: bytes) -> Map:  # noqa: PLR0913
    """Return one method's map, computed once a session. Raises ConfigError where the method cannot be."""
    from fer_core.explain.attribution import attribute

    heatmap = attribute(loaded(name), network_input(name, _photo, face), target, method)
    return Map(METHOD_TITLES[method], heatmap, caption(heatmap), f"{DESCRIBED[method].source}. {heatmap.note}".strip())


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _native(name: str, weights: str, key: str, face: CropSpec, _photo: bytes) -> list[Attention]:
    from fer_core.explain.attention_maps import native_attention

    return native_attention(loaded(name), network_input(name, _photo, face))
