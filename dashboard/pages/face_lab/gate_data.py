"""A network's own attention on one face, module by module, and what it answers without its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.pages.face_lab.data import (
    Answer,
    Map,
    attention_map,
    explain_face,
    native,
    network_input,
)
from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import NetworkKey, loaded, network_key
from dashboard.store.session_results import computed_once
from fer_core.evaluation.calibration import probabilities
from fer_core.explain.map_similarity import CHANCE_IOU, MapSimilarity, map_similarity
from fer_core.images.face_crop import FaceCrop

if TYPE_CHECKING:
    from fer_core.explain.attention_maps import Attention, Part


@dataclass(frozen=True, eq=False)
class AttentionModule:
    """One attention module on one face.

    Args:
        name: its path in the network.
        kind: "channel", "spatial" or "branch".
        map: over the face.
        values: channel: C gates, spatial: one per cell, branch: C energy shares of the reverse branch; 0..1.
        saturation: share of gates that are as good as shut or open; None for branches.
        correlation, overlap: with Grad-CAM, see `explain.map_similarity`; None where there is nothing to compare.
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


def attention_modules(name: str, crop: FaceCrop, expression: str) -> list[AttentionModule]:
    """Return a network's attention modules in forward order, compared with its Grad-CAM for `expression`."""
    modules = native(name, crop)
    cam = explain_face(name, crop, expression, "grad_cam") if modules else None
    return [_compared(module, cam.heatmap.values if isinstance(cam, Map) else None) for module in modules]


def _compared(module: Attention, cam: np.ndarray | None) -> AttentionModule:
    with_cam = MapSimilarity(None, None) if cam is None else map_similarity(module.heatmap.values, cam)
    return AttentionModule(
        name=module.name,
        kind=module.kind,
        map=attention_map(module),
        values=tuple(float(value) for value in np.ravel(module.values)),
        saturation=module.saturation,
        correlation=with_cam.correlation,
        overlap=with_cam.overlap,
        parts=module.parts,
    )


def chance_overlap() -> float:
    """Return how far the strongest fifths of two unrelated maps overlap."""
    return CHANCE_IOU


def gate_limits() -> tuple[float, float]:
    """Return below what a gate counts as shut, and above what as open."""
    from fer_core.explain.attention_maps import OPEN, SHUT

    return SHUT, OPEN


def part_overlays(crop: FaceCrop, module: AttentionModule, opacity: float) -> list[np.ndarray]:
    """Return a module's parts over the grey face, uint8 (H, W, 3) each, on one scale."""
    from fer_core.explain.overlay import blend, scale_end

    end = scale_end(*(part.values for part in module.parts))
    return [blend(crop.pixels, part.values, opacity, signed=False, vmax=end) for part in module.parts]


def answer_without_attention(name: str, crop: FaceCrop) -> Answer:
    """Return what a network answers with every channel and spatial gate forced to one. Raises FerError."""
    return _answer_without_attention(network_key(name), crop)


@computed_once(Cost.ANSWER)
def _answer_without_attention(key: NetworkKey, crop: FaceCrop) -> Answer:
    from fer_core.inference.gates import bypassed_logits

    logits = bypassed_logits(loaded(key), network_input(key, crop))
    return Answer(tuple(card_of(key.name).expressions), tuple(probabilities(logits[None])[0].tolist()))
