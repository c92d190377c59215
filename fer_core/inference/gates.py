"""A network's gates: their values, recorded while it runs, and its answers without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from fer_core.inference.model_state import Loaded, as_batch, exclusive_eval
from fer_core.models import named_gates


@dataclass(frozen=True, eq=False)
class GateActivation:
    """One gate's output in one forward pass, and what it acted on.

    Args:
        name: module path, for example "features.2.se.gate".
        kind: "channel", "spatial" or "branch".
        values: the gate's output, float32: (C, 1, 1), (1, H, W) or (C, H, W), so that it broadcasts over features.
        features: float32 (C, H, W), what entered the attention module; a channel or spatial gate multiplies it, and
            `values * features` is what the next layer gets, bit for bit. A branch activates it, or its negative.
    """

    name: str
    kind: str
    values: np.ndarray
    features: np.ndarray

    @property
    def owner(self) -> str:
        """Path of the attention module that contains the gate."""
        return self.name.rpartition(".")[0]

    @property
    def role(self) -> str:
        """The gate's name in its module: "gate", or "direct" and "reverse" in a reverse fusion."""
        return self.name.rpartition(".")[2]


def record_gates(predictor: Loaded, array: np.ndarray) -> list[GateActivation]:
    """Run the network once and record every gate, in forward order; [] for a network without gates.

    Takes the predictor's lock; its hooks are removed afterwards, even after a failure.

    Args:
        array: float32 (C, H, W) from `preprocessing.to_input`.
    """
    activations: list[GateActivation] = []
    with exclusive_eval(predictor) as network, _recording(network, activations), torch.no_grad():
        network(as_batch(network, array))
    return activations


def bypassed_logits(predictor: Loaded, array: np.ndarray) -> np.ndarray:
    """Logits (K,) for one face with every channel and spatial gate forced to 1; see `bypass_attention`.

    Takes the predictor's lock and changes nothing.
    """
    with exclusive_eval(predictor) as network, bypass_attention(network), torch.no_grad():
        return network(as_batch(network, array))[0].cpu().numpy()


@contextmanager
def bypass_attention(network: nn.Module) -> Iterator[tuple[str, ...]]:
    """Force every channel and spatial gate to 1 inside the block; yields their module paths, () if there are none.

    Inside, it is the same network without its attention: 1 * feature is the feature, bit for bit. The branches of a
    reverse fusion are features, not gates; they stay as they are. Weights are not touched, and the hooks are removed
    afterwards, even after a failure. The caller holds the network's lock, for example through `exclusive_eval`.
    """
    gates = {name: gate for name, gate in named_gates(network).items() if gate.kind != "branch"}
    with ExitStack() as hooks:
        for gate in gates.values():
            hooks.enter_context(gate.register_forward_hook(_bypassed))
        yield tuple(gates)


def _bypassed(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return torch.ones_like(output)


@contextmanager
def _recording(network: nn.Module, activations: list[GateActivation]) -> Iterator[None]:
    entered: dict[str, np.ndarray] = {}
    with ExitStack() as hooks:
        for name, gate in named_gates(network).items():
            owner = name.rpartition(".")[0]
            hooks.enter_context(network.get_submodule(owner).register_forward_pre_hook(_record_input(entered, owner)))
            hooks.enter_context(gate.register_forward_hook(_record_output(activations, entered, name, gate.kind)))
        yield


def _record_input(entered: dict[str, np.ndarray], owner: str) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        entered[owner] = _detached(inputs[0])

    return hook


def _record_output(
    activations: list[GateActivation], entered: dict[str, np.ndarray], name: str, kind: str
) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        activations.append(GateActivation(name, kind, _detached(output), entered[name.rpartition(".")[0]]))

    return hook


def _detached(batch: Tensor) -> np.ndarray:
    """(1, ...) -> a copy of (...), which later in-place operations cannot change."""
    return batch[0].detach().cpu().numpy().copy()
