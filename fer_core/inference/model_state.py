"""Hold a loaded network while hooks sit on it, and give it back as it was.

Sessions share one network. Captum and our gate reader put hooks on it, and a hook meant for one session would change
the numbers of another: everything that explains, and every forward pass beside it, takes the network's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from fer_core.errors import ConfigError


class Loaded(Protocol):
    """What is borrowed from: a `Predictor`, or anything with a network and its lock."""

    network: nn.Module
    lock: AbstractContextManager[Any]


_dice = Lock()  # torch's generator is one for all threads


@contextmanager
def seeded(batch: Tensor, seed: int = 0) -> Iterator[None]:
    """The same chance at every call, for methods that draw from torch's own generator; its state is put back after."""
    with _dice, torch.random.fork_rng([batch.device] if batch.is_cuda else []):
        torch.manual_seed(seed)
        yield


@contextmanager
def borrowed(predictor: Loaded) -> Iterator[nn.Module]:
    """The network in eval mode, under its lock, with gradients possible; every module's mode is put back after.

    Parameters are left alone: gradients are taken with respect to the input only, so none is written to them.
    """
    with predictor.lock:
        network = predictor.network
        training = [module for module in network.modules() if module.training]
        for module in training:
            module.training = False
        try:
            # The caller may sit in no_grad or inference_mode, where attribution would fail.
            with torch.inference_mode(False), torch.enable_grad():
                yield network
        finally:
            for module in training:
                module.training = True


def as_batch(network: nn.Module, array: np.ndarray) -> Tensor:
    """float32 (C, H, W) -> a fresh tensor (1, C, H, W) where the network lies.

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
