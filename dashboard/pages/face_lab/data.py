"""What networks answer to a face and where they look. torch is imported by the first call.

Results are cached by what they depend on: the crop's SHA-256, the checkpoint's name and the SHA-256 of its weights.
They queue for computation and are kept for this session only (`store/session_results`); all sessions share the
networks, each with its lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import NetworkKey, loaded, network_key
from dashboard.store.session_results import computed_once
from fer_core.errors import ConfigError
from fer_core.explain.heatmap import caption, most_telling, strongest_words
from fer_core.explain.methods import DESCRIBED, WITHOUT_GRADIENTS, not_taught
from fer_core.images.face_crop import FaceCrop
from fer_core.images.preprocessing import InputSpec, to_input
from fer_core.labels import EXPRESSIONS
from fer_core.report.explanations import NO_ATTENTION, SCALE_WORDS, SIGNS, ExplanationRequest

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.explain.attention_maps import Attention
    from fer_core.explain.heatmap import Heatmap


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
    """A heatmap with its `caption`, and a `detail` shown on request."""

    title: str
    heatmap: Heatmap
    caption: str
    detail: str


@dataclass(frozen=True)
class Refusal:
    """Why there is no map here, as a sentence."""

    title: str
    reason: str


def method_titles() -> dict[str, str]:
    """Return the titles of all methods by name, the cheap ones first."""
    return {name: method.title for name, method in DESCRIBED.items()}


def default_request() -> ExplanationRequest:
    """Return what the face lab asks of a face by default."""
    return ExplanationRequest()


def first_methods(rows: Sequence[CheckpointView]) -> tuple[str, ...]:
    """Return the methods that the face lab opens with; those that need no gradient where every network was imported."""
    return WITHOUT_GRADIENTS if rows and all(row.is_imported for row in rows) else default_request().methods


def every_expression() -> tuple[str, ...]:
    """Return all expressions that a face can show."""
    return EXPRESSIONS


def legend(scale: str) -> str:
    """Say how to read the maps' colours; `scale` as in a request."""
    return f"{SCALE_WORDS[scale]} {SIGNS}"


def predict(name: str, crop: FaceCrop) -> Answer:
    """Ask a checkpoint's network. Raises FerError."""
    return _predict(network_key(name), crop)


def explain_face(name: str, crop: FaceCrop, expression: str, method: str) -> Map | Refusal:
    """Return one method's map for the logit of `expression`, or why there is none."""
    expressions = card_of(name).expressions
    if expression not in expressions:
        return Refusal(DESCRIBED[method].title, not_taught(expression, expressions))
    try:
        return explained(network_key(name), crop, target_of(name, expression), method)
    except ConfigError as error:
        return Refusal(DESCRIBED[method].title, str(error))


def target_of(name: str, expression: str) -> int:
    """Return the index of an expression among those that a checkpoint knows."""
    return card_of(name).expressions.index(expression)


def attention(name: str, crop: FaceCrop) -> list[Map]:
    """Return the maps of a network's own attention in forward order; [] if it has none."""
    return [attention_map(module) for module in native(name, crop)]


def own_attention(maps: Sequence[Map]) -> Map | Refusal:
    """Return the one map that represents a network's own attention, or why there is none."""
    return most_telling(maps) if maps else Refusal("", NO_ATTENTION)


def native(name: str, crop: FaceCrop) -> list[Attention]:
    """Return the modules of a network's own attention in forward order; [] if it has none."""
    return _native(network_key(name), crop)


def attention_map(module: Attention) -> Map:
    """Return the map of an attention module with its words."""
    return Map(module.title, module.heatmap, caption(module.heatmap), f"{module.summary} {module.heatmap.note}".strip())


def strongest(shown: Map) -> str:
    """Say where a map is strongest, for those who cannot see it."""
    return strongest_words(shown.heatmap)


def overlay(crop: FaceCrop, shown: Map, opacity: float, vmax: float | None = None) -> np.ndarray:
    """Return a map over the grey face, uint8 (H, W, 3); opacity 0..1. Cheap, so not cached.

    `vmax` is where the scale ends (see `shared_end`); None gives the map a scale of its own.
    """
    from fer_core.explain.overlay import blend

    return blend(crop.pixels, shown.heatmap.values, opacity, signed=shown.heatmap.signed, vmax=vmax)


def shared_end(maps: Sequence[Map]) -> float:
    """Return where one scale for all these maps ends."""
    from fer_core.explain.overlay import scale_end

    return scale_end(*(shown.heatmap.values for shown in maps))


def input_spec(name: str) -> InputSpec:
    """Return what the network of a checkpoint takes. Raises CheckpointError."""
    return card_of(name).input.spec


def network_input(key: NetworkKey, crop: FaceCrop) -> np.ndarray:
    """Return a crop as the network of a checkpoint takes it, float32 (C, H, W)."""
    return to_input(crop.pixels, input_spec(key.name))


@computed_once(Cost.ANSWER)
def _predict(key: NetworkKey, crop: FaceCrop) -> Answer:
    prediction = loaded(key).predict(crop.pixels)
    return Answer(tuple(prediction.expressions), tuple(float(p) for p in prediction.probabilities))


@computed_once(Cost.MAP)
def explained(key: NetworkKey, crop: FaceCrop, target: int, method: str) -> Map:
    """Return one method's map, computed once a session. Raises ConfigError where the method cannot explain it."""
    from fer_core.explain.attribution import attribute

    heatmap = attribute(loaded(key), network_input(key, crop), target, method)
    described = DESCRIBED[method]
    return Map(described.title, heatmap, caption(heatmap), f"{described.source}. {heatmap.note}".strip())


@computed_once(Cost.ANSWER)
def _native(key: NetworkKey, crop: FaceCrop) -> list[Attention]:
    from fer_core.explain.attention_maps import native_attention

    return native_attention(loaded(key), network_input(key, crop))
