"""A network's own attention on one face, module by module, and what it answers without its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.store.checkpoints import card_of
from dashboard.store.photos import crop_face, network_input
from dashboard.store.predictions import Answer, Map, explain_face, loaded, native, shown_attention, weights_of
from fer_core.evaluation.calibration import probabilities
from fer_core.explain.map_similarity import CHANCE_IOU, MapSimilarity, map_similarity
from fer_core.images.face_crop import CropSpec, digest

if TYPE_CHECKING:
    from fer_core.explain.attention_maps import Part

CHANCE_OVERLAP = CHANCE_IOU  # of the strongest fifths of two unrelated maps


@dataclass(frozen=True, eq=False)
class AttentionModule:
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


def attention_modules(name: str, photo: bytes, face: CropSpec, expression: str) -> list[AttentionModule]:
    """Return a network's attention modules in forward order, compared with its Grad-CAM for `expression`."""
    found = native(name, photo, face)
    cam = explain_face(name, photo, face, expression, "grad_cam") if found else None
    is_map = isinstance(cam, Map)
    compared = [
        map_similarity(one.heatmap.values, cam.heatmap.values) if is_map else MapSimilarity(None, None) for one in found
    ]
    return [
        AttentionModule(
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
    from fer_core.explain.attention_maps import OPEN, SHUT

    return SHUT, OPEN


def part_overlays(photo: bytes, face: CropSpec, stage: AttentionModule, opacity: float) -> list[np.ndarray]:
    """Return a stage's parts over the grey face, uint8 (H, W, 3) each, on one scale."""
    from fer_core.explain.overlay import blend, scale_end

    end = scale_end(*(part.values for part in stage.parts))
    return [blend(crop_face(photo, face), part.values, opacity, signed=False, vmax=end) for part in stage.parts]


def answers_without_attention(name: str, photo: bytes, face: CropSpec) -> Answer:
    """Return what a network answers with every channel and spatial gate forced to one. Raises FerError."""
    return _answers_without_attention(name, weights_of(name), digest(photo), face, photo)


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _answers_without_attention(name: str, weights: str, key: str, face: CropSpec, _photo: bytes) -> Answer:
    from fer_core.inference.gates import ungated

    logits = ungated(loaded(name), network_input(name, _photo, face))
    return Answer(tuple(card_of(name).expressions), tuple(probabilities(logits[None])[0].tolist()))
