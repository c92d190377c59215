"""A network's own attention: what its gates multiply its features with, read while it runs.

No method and no target is involved. A channel gate says which feature maps are let through, a spatial gate where, and
a reverse fusion's two branches show what the activation of the negated map adds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fer_core.explain.borrowing import Loaded, as_batch, borrowed
from fer_core.explain.heatmap import Heatmap, readable
from fer_core.models import named_gates

# A gate beyond these is as good as shut or open: attention that is saturated everywhere decides nothing.
SHUT, OPEN = 0.05, 0.95


@dataclass(frozen=True, eq=False)
class GateReading:
    """One gate in one forward pass.

    Args:
        name: module path, for example "features.2.se.gate".
        kind: "channel", "spatial" or "branch".
        values: what the gate let out, float32: (C, 1, 1), (1, H, W) or (C, H, W), so that it broadcasts over features.
        features: float32 (C, H, W), what entered the attention module; a channel or spatial gate multiplies it, and
            `values * features` is what the next layer gets, bit for bit. A branch activates it, or its negative.
    """

    name: str
    kind: str
    values: np.ndarray
    features: np.ndarray

    @property
    def owner(self) -> str:
        """Path of the attention module that holds the gate."""
        return self.name.rpartition(".")[0]

    @property
    def role(self) -> str:
        """What the gate is called there: "gate", or "direct" and "reverse" in a reverse fusion."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Attention:
    """One attention module, made readable.

    `values` are, by kind: channel, the C gates; spatial, the (H, W) gate; branch, the C energy shares of the reverse
    branch. `saturation` is the share of gates below SHUT or above OPEN; None for branches, which are no gates.
    """

    name: str
    title: str
    kind: str
    heatmap: Heatmap
    values: np.ndarray
    saturation: float | None
    summary: str


def record_gates(predictor: Loaded, array: np.ndarray) -> list[GateReading]:
    """Run the network once and read every gate, in the order in which they fire; [] for a network without gates.

    Takes the predictor's lock; its hooks are gone afterwards, also after a failure.

    Args:
        array: float32 (C, H, W) from `preprocessing.to_input`.
    """
    readings: list[GateReading] = []
    with borrowed(predictor) as network, _listening(network, readings), torch.no_grad():
        network(as_batch(network, array))
    return readings


@contextmanager
def _listening(network: nn.Module, readings: list[GateReading]) -> Iterator[None]:
    entered: dict[str, np.ndarray] = {}
    with ExitStack() as hooks:
        for name, gate in named_gates(network).items():
            owner = name.rpartition(".")[0]
            hooks.enter_context(network.get_submodule(owner).register_forward_pre_hook(_keep(entered, owner)))
            hooks.enter_context(gate.register_forward_hook(_read(readings, entered, name, gate.kind)))
        yield


def _keep(entered: dict[str, np.ndarray], owner: str) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        entered[owner] = _one(inputs[0])

    return hook


def _read(readings: list[GateReading], entered: dict[str, np.ndarray], name: str, kind: str) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        readings.append(GateReading(name, kind, _one(output), entered[name.rpartition(".")[0]]))

    return hook


def _one(batch: Tensor) -> np.ndarray:
    """(1, ...) -> a copy of (...), so that nothing that happens later in the network can change it."""
    return batch[0].detach().cpu().numpy().copy()


def native_attention(predictor: Loaded, array: np.ndarray) -> list[Attention]:
    """Every attention module of a network as a map over the input, in forward order; [] if it has none.

    - channel: mean over the channels of |gate * features|, the strength of what is let through at each place. A
      channel gate itself has no place; its values are beside the map.
    - spatial: the gate.
    - branch: energy of the reverse branch / energy of both, energy being the sum of squares over the channels;
      0.5 where both are zero.

    Maps are interpolated bilinearly from the module's own grid to the input.
    """
    readings = record_gates(predictor, array)
    direct = {reading.owner: reading for reading in readings if reading.role == "direct"}
    size = array.shape[1:]
    found = []
    for reading in readings:
        if reading.kind == "channel":
            found.append(_channel(reading, size))
        elif reading.kind == "spatial":
            found.append(_spatial(reading, size))
        elif reading.role == "reverse":
            found.append(_branch(direct[reading.owner], reading, size))
    return _numbered(found)


def _channel(reading: GateReading, size: tuple[int, ...]) -> Attention:
    gates = reading.values[:, 0, 0]
    strength = np.abs(reading.values * reading.features).mean(axis=0)
    return _attention(reading, "Channel gate", strength, size, gates, _gate_summary(gates, "channels"))


def _spatial(reading: GateReading, size: tuple[int, ...]) -> Attention:
    gate = reading.values[0]
    return _attention(reading, "Spatial gate", gate, size, gate, _gate_summary(gate, "cells"))


def _branch(direct: GateReading, reverse: GateReading, size: tuple[int, ...]) -> Attention:
    energies = np.square(direct.values), np.square(reverse.values)  # each (C, H, W)
    place = _share(*(energy.sum(axis=0) for energy in energies))
    channels = _share(*(energy.sum(axis=(1, 2)) for energy in energies))
    total = _share(*(energy.sum(keepdims=True) for energy in energies)).item()
    return _attention(reverse, "Reverse branch", place, size, channels, f"It carries {total:.0%} of the fused energy.")


def _share(direct: np.ndarray, reverse: np.ndarray) -> np.ndarray:
    total = direct + reverse
    return np.divide(reverse, total, out=np.full_like(total, 0.5), where=total > 0)


def _attention(
    reading: GateReading, title: str, cells: np.ndarray, size: tuple[int, ...], values: np.ndarray, summary: str
) -> Attention:
    saturated = None if reading.kind == "branch" else _saturation(values)
    channels, height, width = reading.features.shape
    note = f"Computed on {height} × {width} cells of {channels} channels and interpolated."
    upsampled = F.interpolate(torch.from_numpy(cells)[None, None], size, mode="bilinear")[0, 0].numpy()
    heatmap = readable(Heatmap(upsampled, reading.kind, target=None, note=note))
    return Attention(reading.owner, title, reading.kind, heatmap, values, saturated, summary)


def _saturation(gates: np.ndarray) -> float:
    return float(np.mean((gates < SHUT) | (gates > OPEN)))


def _gate_summary(gates: np.ndarray, what: str) -> str:
    return (
        f"{gates.size} {what}, gated from {gates.min():.2f} to {gates.max():.2f}, median {np.median(gates):.2f}; "
        f"{_saturation(gates):.0%} of the gates are shut (below {SHUT}) or open (above {OPEN})."
    )


def _numbered(found: list[Attention]) -> list[Attention]:
    """Titles with their place in the network: "Channel gate 2 of 4"."""
    totals = Counter(attention.title for attention in found)
    seen: Counter[str] = Counter()
    numbered = []
    for attention in found:
        seen[attention.title] += 1
        place = f"{seen[attention.title]} of {totals[attention.title]}"
        numbered.append(replace(attention, title=f"{attention.title} {place}"))
    return numbered
