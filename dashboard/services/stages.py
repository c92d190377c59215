"""A network's own attention on one face, module by module, and what it answers without its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.services.answers import Answer, Map, explain, loaded, native, shown_attention, weights_of
from dashboard.services.shelf import card_of
from dashboard.services.sight import Where, crop, digest, network_input
from fer_core.explain.agreement import CHANCE_IOU, Agreement, agreement

if TYPE_CHECKING:
    from fer_core.explain.native import Part

CHANCE_OVERLAP = CHANCE_IOU  # of the strongest fifths of two unrelated maps


@dataclass(frozen=True, eq=False)
class Stage:
    """One attention module on one face.

    Args:
        name: its path in the network.
        kind: "channel", "spatial" or "branch".
        map: over the face.
        values: channel: C gates, spatial: one a cell, branch: C energy shares of the reverse branch; 0..1.
        saturation: share of gates that are as good as shut or open; None for branches.
        correlation, overlap: with Grad-CAM, see `fer_core.explain.agreement`; None where there is nothing to compare.
        parts: pictures of what the module works on.
    """

    name: str
    kind: str
    map: Map
    values: tuple[float, ...]
    saturation: float | None
    correlation: float | None
    overlap: float | None
    parts: tuple[Part, ...]

    @property
    def spread(self) -> tuple[float, float, float]:
        """The lowest, the median and the highest of the values."""
        return min(self.values), float(np.median(self.values)), max(self.values)


def stages(name: str, photo: bytes, face: Where, expression: str) -> list[Stage]:
    """Return a network's attention modules in forward order, compared with its Grad-CAM for `expression`."""
    found = native(name, photo, face)
    cam = explain(name, photo, face, expression, "grad_cam") if found else None
    is_map = isinstance(cam, Map)
    compared = [agreement(one.heatmap.values, cam.heatmap.values) if is_map else Agreement(None, None) for one in found]
    return [
        Stage(
            name=one.name,
            kind=one.kind,
            map=shown_attention(one),
            values=tuple(float(value) for value in np.ravel(one.values)),
            saturation=one.saturation,
            correlation=with_cam.correlation,
            overlap=with_cam.overlap,
            parts=one.parts,
        )
        for one, with_cam in zip(found, compared, strict=True)
    ]


def gate_limits() -> tuple[float, float]:
    """Return below what a gate counts as shut, and above what as open."""
    from fer_core.explain.native import OPEN, SHUT

    return SHUT, OPEN


def part_overlays(photo: bytes, face: Where, stage: Stage, opacity: float) -> list[np.ndarray]:
    """Return a stage's parts over the grey face, uint8 (H, W, 3) each, on one scale."""
    from fer_core.explain.overlay import blend, scale_end

    end = scale_end(*(part.values for part in stage.parts))
    return [blend(crop(photo, face), part.values, opacity, signed=False, vmax=end) for part in stage.parts]


def without_gates(name: str, photo: bytes, face: Where) -> Answer:
    """Return what a network answers with every channel and spatial gate forced to one. Raises FerError."""
    return _without_gates(name, weights_of(name), digest(photo), face, photo)


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _without_gates(name: str, weights: str, key: str, face: Where, _photo: bytes) -> Answer:
    from fer_core.explain.gates import ungated

    logits = ungated(loaded(name), network_input(name, _photo, face)).astype(np.float64)
    shares = np.exp(logits - logits.max())
    return Answer(tuple(card_of(name).expressions), tuple((shares / shares.sum()).tolist()))
