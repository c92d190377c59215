"""Use a loaded network exclusively while hooks are on it, and leave it as it was.

Sessions share one network. Captum and `gates` put hooks on it, and a hook meant for one session would change another
session's numbers: everything that explains, and every other forward pass, takes the network's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor, nn

from fer_core.errors import ConfigError


class Loaded(Protocol):
    """What `exclusive_eval` takes: a `Predictor`, or anything with a network and its lock."""

    @property
    def network(self) -> nn.Module:
        """The network; its modules are hooked and its modes changed while the lock is held."""
        ...

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held by code that runs the network outside `Predictor.predict`."""
        ...


_rng_lock = Lock()  # all threads share torch's generator


@contextmanager
def seeded(batch: Tensor) -> Iterator[None]:
    """Give methods that use torch's own generator the same random numbers at every call; its state is restored."""
    with _rng_lock, torch.random.fork_rng([batch.device] if batch.is_cuda else []):
        torch.manual_seed(0)
        yield


@contextmanager
def exclusive_eval(predictor: Loaded) -> Iterator[nn.Module]:
    """Hold the network's lock and yield it in eval mode with gradients enabled; every module's mode is restored.

    Parameters are left alone: gradients are taken with respect to the input only, so none is written to them.
    """
    with predictor.lock:
        network = predictor.network
        training = [module for module in network.modules() if module.training]
        for module in training:
            module.training = False
        try:
            # The caller may be in no_grad or inference_mode, where attribution would fail.
            with torch.inference_mode(False), torch.enable_grad():
                yield network
        finally:
            for module in training:
                module.training = True


def as_batch(network: nn.Module, array: np.ndarray) -> Tensor:
    """float32 (C, H, W) -> a fresh tensor (1, C, H, W) on the network's device.

    Raises:
        ConfigError: if the array is not one network input.
    """
    if array.ndim != 3 or array.dtype != np.float32:
        raise ConfigError(
            f"an array of type {array.dtype} and shape {array.shape} is not one input; "
            f"give float32 (C, H, W) from preprocessing.to_input"
        )
    first = next(network.parameters(), None)
    return torch.tensor(array, device=None if first is None else first.device)[None]


@dataclass(frozen=True)
class Probe:
    """How many logits a network gives, and (height, width) of its `cam_layers`' outputs in their order; () without."""

    expressions: int
    map_sizes: tuple[tuple[int, int], ...]


# A network's layers do not change during its life, so its sizes depend only on the shape of its input.
_probes: WeakKeyDictionary[nn.Module, dict[tuple[int, ...], Probe]] = WeakKeyDictionary()


def probe(network: nn.Module, batch: Tensor) -> Probe:
    """Return how many logits and which map sizes a network gives for an input shape; run once, then cached.

    The caller holds the network's lock; the hooks are removed afterwards, even after a failure.
    """
    known = _probes.setdefault(network, {})
    shape = tuple(batch.shape)
    if shape not in known:
        known[shape] = _probed(network, batch)
    return known[shape]


def _probed(network: nn.Module, batch: Tensor) -> Probe:
    layers = list(getattr(network, "cam_layers", None) or ())
    sizes: dict[nn.Module, tuple[int, int]] = {}

    def remember(layer: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        sizes[layer] = (output.shape[2], output.shape[3])

    with ExitStack() as hooks, torch.no_grad():
        for layer in layers:
            hooks.enter_context(layer.register_forward_hook(remember))
        expressions = network(batch).shape[1]
    return Probe(expressions, tuple(sizes[layer] for layer in layers))
