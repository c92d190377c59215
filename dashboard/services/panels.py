"""The face lab's grid as one figure. What is on it was computed for the grid; it is drawn when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.services.answers import explained, native, predict, target_of, weights_of
from dashboard.services.costs import network_view
from dashboard.services.judging import score, with_random_weights
from dashboard.services.shelf import card_of
from dashboard.services.sight import Where, crop, digest, look
from fer_core import sight
from fer_core.explain.findings import Finding, Request, Who, gather
from fer_core.explain.judging import RandomWeights, Score

if TYPE_CHECKING:
    from PIL import Image

    from fer_core.explain.heatmap import Heatmap
    from fer_core.explain.native import Attention
    from fer_core.explain.panel import Origin

PANEL_KINDS = {"png": "image/png", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Kept:
    """The `findings.Answers` of this session on one face: computed for the page once, and here only looked up."""

    photo: bytes
    face: Where

    def who(self, name: str) -> Who:
        """Return how a figure names a checkpoint. Raises CheckpointError."""
        card = card_of(name)
        network = network_view(card.network["name"])
        return Who(name, network.title, network.family, card.data["title"], weights_of(name), card.expressions)

    def probabilities(self, name: str) -> tuple[float, ...]:
        return predict(name, self.photo, self.face).probabilities

    def attention(self, name: str) -> list[Attention]:
        return native(name, self.photo, self.face)

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        key, target = digest(self.photo), target_of(name, expression)
        return explained(name, weights_of(name), key, self.face, target, method, self.photo).heatmap

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        return score(name, self.photo, self.face, expression, method, measure)

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights:
        return with_random_weights(name, self.photo, self.face, expression, method)


def panel(names: Sequence[str], photo: bytes, face: Where, request: Request) -> Callable[[str], bytes]:
    """Return what draws the grid of these checkpoints as a file of a kind of PANEL_KINDS, when it is called.

    It may be called from another thread, after the page: all that it needs was gathered before. Raises FerError.
    """
    from fer_core.explain.panel import Origin

    weights = tuple(weights_of(name) for name in names)
    found = _gathered(tuple(names), weights, digest(photo), face, request, photo)
    origin = Origin("", digest(photo), sight.named(face, len(look(photo).faces)))
    return partial(_drawn, found, crop(photo, face), request, origin)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _gathered(
    names: tuple[str, ...], weights: tuple[str, ...], key: str, face: Where, request: Request, _photo: bytes
) -> tuple[Finding, ...]:
    return gather(Kept(_photo, face), names, request)


def _drawn(found: tuple[Finding, ...], face: Image.Image, request: Request, origin: Origin, kind: str) -> bytes:
    from fer_core.explain.panel import panel_of
    from fer_core.explain.printing import as_pdf, as_png

    return {"png": as_png, "pdf": as_pdf}[kind](panel_of(found, face, request, origin))
