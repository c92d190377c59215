"""A network's own attention: a map over the input for every gate and every reverse fusion.

It involves no method and no target. A channel gate shows which feature maps pass, a spatial gate where, and the two
branches of a reverse fusion what the activation of the negated map adds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional as F

from fer_core.explain.heatmap import Heatmap, readable
from fer_core.inference.gates import GateActivation, record_gates
from fer_core.inference.model_state import Loaded

# A gate beyond these counts as shut or open: attention that is saturated everywhere selects nothing.
SHUT, OPEN = 0.05, 0.95
N_TOP, N_SHUT = 4, 2  # channels shown of a channel gate: the most and the least open ones


@dataclass(frozen=True, eq=False)
class Part:
    """One feature map of an attention module: `values` (H, W) float32 over the input, none negative."""

    title: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Attention:
    """One attention module as a map, with its values.

    `values` are, by kind: channel, the C gates; spatial, the (H, W) gate; branch, the C energy shares of the reverse
    branch. `saturation` is the share of gates below SHUT or above OPEN; None for branches, which are no gates.
    `parts` show what the module works on: the channels that a channel gate passes most and least, or the two branches
    of a reverse fusion. They share one scale.
    """

    name: str
    title: str
    kind: str
    heatmap: Heatmap
    values: np.ndarray
    saturation: float | None
    summary: str
    parts: tuple[Part, ...] = ()


def native_attention(predictor: Loaded, array: np.ndarray) -> list[Attention]:
    """Return every attention module of a network as a map over the input, in forward order; [] if it has none.

    - channel: mean over the channels of |gate * features|, the strength of what passes at each place. A channel gate
      itself has no place; its values come with the map.
    - spatial: the gate.
    - branch: energy of the reverse branch / energy of both, energy being the sum of squares over the channels;
      0.5 where both are zero.

    Maps are interpolated bilinearly from the module's own grid to the input.
    """
    activations = record_gates(predictor, array)
    direct = {activation.owner: activation for activation in activations if activation.role == "direct"}
    size = array.shape[1:]
    modules = []
    for activation in activations:
        if activation.kind == "channel":
            modules.append(_channel(activation, size))
        elif activation.kind == "spatial":
            modules.append(_spatial(activation, size))
        elif activation.role == "reverse":
            modules.append(_branch(direct[activation.owner], activation, size))
    return _numbered(modules)


def _channel(activation: GateActivation, size: tuple[int, ...]) -> Attention:
    gates = activation.values[:, 0, 0]
    strength = np.abs(activation.values * activation.features).mean(axis=0)
    attention = _attention(activation, "Channel gate", strength, size, gates, _gate_summary(gates, "channels"))
    order = np.argsort(-gates, kind="stable")
    shown = dict.fromkeys([*order[:N_TOP].tolist(), *order[-N_SHUT:].tolist()])  # a small module has few to show
    parts = (
        Part(f"Channel {k + 1}, gate {gates[k]:.2f}", _enlarged(np.abs(activation.features[k]), size)) for k in shown
    )
    return replace(attention, parts=tuple(parts))


def _spatial(activation: GateActivation, size: tuple[int, ...]) -> Attention:
    gate = activation.values[0]
    return _attention(activation, "Spatial gate", gate, size, gate, _gate_summary(gate, "cells"))


def _branch(direct: GateActivation, reverse: GateActivation, size: tuple[int, ...]) -> Attention:
    energies = np.square(direct.values), np.square(reverse.values)  # each (C, H, W)
    place = _share(*(energy.sum(axis=0) for energy in energies))
    channels = _share(*(energy.sum(axis=(1, 2)) for energy in energies))
    total = _share(*(energy.sum(keepdims=True) for energy in energies)).item()
    attention = _attention(
        reverse, "Reverse branch", place, size, channels, f"It carries {total:.0%} of the fused energy."
    )
    names = "Branch of the map", "Branch of its negative"
    strengths = (np.sqrt(energy.mean(axis=0)) for energy in energies)
    parts = (Part(name, _enlarged(strength, size)) for name, strength in zip(names, strengths, strict=True))
    return replace(attention, parts=tuple(parts))


def _share(direct: np.ndarray, reverse: np.ndarray) -> np.ndarray:
    total = direct + reverse
    return np.divide(reverse, total, out=np.full_like(total, 0.5), where=total > 0)


def _attention(
    activation: GateActivation, title: str, cells: np.ndarray, size: tuple[int, ...], values: np.ndarray, summary: str
) -> Attention:
    saturated = None if activation.kind == "branch" else saturation(values)
    channels, height, width = activation.features.shape
    note = f"Computed on {height} × {width} cells of {channels} channels and interpolated."
    heatmap = readable(Heatmap(_enlarged(cells, size), activation.kind, target=None, note=note))
    return Attention(activation.owner, title, activation.kind, heatmap, values, saturated, summary)


def _enlarged(cells: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    return F.interpolate(torch.from_numpy(cells)[None, None], size, mode="bilinear")[0, 0].numpy()


def saturation(gates: np.ndarray) -> float:
    """Return the share of gates below SHUT or above OPEN."""
    return float(np.mean((gates < SHUT) | (gates > OPEN)))


def _gate_summary(gates: np.ndarray, what: str) -> str:
    return (
        f"{gates.size} {what}, gated from {gates.min():.2f} to {gates.max():.2f}, median {np.median(gates):.2f}; "
        f"{saturation(gates):.0%} of the gates are shut (below {SHUT}) or open (above {OPEN})."
    )


def _numbered(modules: list[Attention]) -> list[Attention]:
    """Titles with their place in the network: "Channel gate 2 of 4"."""
    totals = Counter(attention.title for attention in modules)
    seen: Counter[str] = Counter()
    numbered = []
    for attention in modules:
        seen[attention.title] += 1
        place = f"{seen[attention.title]} of {totals[attention.title]}"
        numbered.append(replace(attention, title=f"{attention.title} {place}"))
    return numbered
