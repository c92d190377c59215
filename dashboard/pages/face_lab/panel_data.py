"""The face lab's grid as one figure. What is on it was computed for the grid; it is drawn when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pages.face_lab.score_data import score_map, with_random_weights
from dashboard.store.checkpoints import card_of
from dashboard.store.costs import network_view
from dashboard.store.photos import crop_face, find_faces_in
from dashboard.store.predictions import explained, native, predict, target_of, weights_of
from fer_core.explain.metrics import RandomWeights, Score
from fer_core.images import face_crop
from fer_core.images.face_crop import CropSpec, digest
from fer_core.report.explanations import Explanation, ExplanationRequest, NetworkInfo, gather

if TYPE_CHECKING:
    from PIL import Image

    from fer_core.explain.attention_maps import Attention
    from fer_core.explain.heatmap import Heatmap
    from fer_core.report.panel import Origin

PANEL_KINDS = {"png": "image/png", "pdf": "application/pdf"}


@dataclass(frozen=True)
class CachedExplainer:
    """The `findings.Answers` of this session on one face: computed for the page once, and here only looked up."""

    photo: bytes
    face: CropSpec

    def who(self, name: str) -> NetworkInfo:
        """Return how a figure names a checkpoint. Raises CheckpointError."""
        card = card_of(name)
        network = network_view(card.network.name)
        return NetworkInfo(name, network.title, network.family, card.data.title, weights_of(name), card.expressions)

    def probabilities(self, name: str) -> tuple[float, ...]:
        return predict(name, self.photo, self.face).probabilities

    def attention(self, name: str) -> list[Attention]:
        return native(name, self.photo, self.face)

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        key, target = digest(self.photo), target_of(name, expression)
        return explained(name, weights_of(name), key, self.face, target, method, self.photo).heatmap

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        return score_map(name, self.photo, self.face, expression, method, measure)

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights:
        return with_random_weights(name, self.photo, self.face, expression, method)


def panel_file(
    names: Sequence[str], photo: bytes, face: CropSpec, request: ExplanationRequest
) -> Callable[[str], bytes]:
    """Return what draws the grid of these checkpoints as a file of a kind of PANEL_KINDS, when it is called.

    It may be called from another thread, after the page: all that it needs was gathered before. Raises FerError.
    """
    from fer_core.report.panel import Origin

    weights = tuple(weights_of(name) for name in names)
    found = _gathered(tuple(names), weights, digest(photo), face, request, photo)
    origin = Origin("", digest(photo), face_crop.named(face, len(find_faces_in(photo).faces)))
    return partial(_drawn, found, crop_face(photo, face), request, origin)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _gathered(
    names: tuple[str, ...],
    weights: tuple[str, ...],
    key: str,
    face: CropSpec,
    request: ExplanationRequest,
    _photo: bytes,
) -> tuple[Explanation, ...]:
    return gather(CachedExplainer(_photo, face), names, request)


def _drawn(
    found: tuple[Explanation, ...], face: Image.Image, request: ExplanationRequest, origin: Origin, kind: str
) -> bytes:
    from fer_core.report.draw_panel import as_pdf, as_png
    from fer_core.report.panel import panel_of

    return {"png": as_png, "pdf": as_pdf}[kind](panel_of(found, face, request, origin))
