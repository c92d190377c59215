"""The face lab's grid as one figure. What is on it was computed for the grid; it is drawn on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dashboard.pages.face_lab.data import (
    explained,
    native,
    predict,
    target_of,
)
from dashboard.pages.face_lab.score_data import score_map, with_random_weights
from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.costs import network_view
from dashboard.store.networks import NetworkKey, network_key
from dashboard.store.session_results import computed_once
from fer_core.explain.metrics import RandomWeights, Score
from fer_core.images.face_crop import FaceCrop
from fer_core.report.explanations import Explanation, ExplanationRequest, NetworkInfo, explain
from fer_core.report.output import file_stem

if TYPE_CHECKING:
    from fer_core.explain.attention_maps import Attention
    from fer_core.explain.heatmap import Heatmap

SQUARE, WHOLE = "square", "whole"  # in the names of files: what was cut out where it is no face
PANEL_KINDS = {"png": "image/png", "pdf": "application/pdf"}


def crop_name(crop: FaceCrop) -> str:
    """Return what was cut out as a part of a file's name: face-2, square or whole."""
    return face_part(crop.face) if crop.face is not None or not crop.is_by_hand else SQUARE


def face_part(face: int | None) -> str:
    """Return a face, by its index, as a part of a file's name; None for the whole picture."""
    return WHOLE if face is None else f"face-{face + 1}"


def file_name(photo_name: str, part: str) -> str:
    """Return the name, without its ending, of a file about a part of a photo."""
    return f"{file_stem(photo_name)}--{part}"


@dataclass(frozen=True)
class CachedExplainer:
    """This session's `explanations.Explainer` of one face: the page has computed it all; this only looks it up."""

    crop: FaceCrop

    def network(self, name: str) -> NetworkInfo:
        """Return how a figure names a checkpoint. Raises CheckpointError."""
        card, key = card_of(name), network_key(name)
        network = network_view(card.network.name)
        return NetworkInfo(name, network.title, network.family, card.data.title, key.weights, card.expressions)

    def probabilities(self, name: str) -> tuple[float, ...]:
        """What the network answers to the face, one share per expression."""
        return predict(name, self.crop).probabilities

    def attention(self, name: str) -> list[Attention]:
        """The network's own maps of the face."""
        return native(name, self.crop)

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        """Where a method sees the reasons for one expression."""
        return explained(network_key(name), self.crop, target_of(name, expression), method).heatmap

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        """That map's score by one measure of faithfulness."""
        return score_map(name, self.crop, expression, method, measure)

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights | None:
        """The same map of the network with its weights drawn again."""
        return with_random_weights(name, self.crop, expression, method)


def panel_file(names: Sequence[str], crop: FaceCrop, request: ExplanationRequest) -> Callable[[str], bytes]:
    """Return what draws the grid of these checkpoints as a file of a kind of PANEL_KINDS, when it is called.

    It may be called from another thread, after the page: all that it needs was gathered before. Raises FerError.
    """
    explanations = _explanations(tuple(network_key(name) for name in names), crop, request)
    return partial(_drawn, explanations, crop, request)


@computed_once(Cost.MAP)
def _explanations(keys: tuple[NetworkKey, ...], crop: FaceCrop, request: ExplanationRequest) -> tuple[Explanation, ...]:
    return explain(CachedExplainer(crop), [key.name for key in keys], request)


def _drawn(explanations: tuple[Explanation, ...], crop: FaceCrop, request: ExplanationRequest, kind: str) -> bytes:
    from fer_core.report.draw_panel import as_pdf, as_png
    from fer_core.report.panel import panel_of

    return {"png": as_png, "pdf": as_pdf}[kind](panel_of(explanations, crop, request))
