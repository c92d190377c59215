"""What a network gives for pictures of one shape: how many expressions, and how large its maps are. Asked once."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Probe:
    """How many logits a network gives, and (height, width) of its `cam_layers`' outputs in their order; () without."""

    expressions: int
    map_sizes: tuple[tuple[int, int], ...]


# A network's layers stay as they are while it lives, so its sizes depend on the shape of its input alone.
_known: WeakKeyDictionary[nn.Module, dict[tuple[int, ...], Probe]] = WeakKeyDictionary()


def probe(network: nn.Module, batch: Tensor) -> Probe:
    """Run a network once for a shape of input, and remember what it gives while the network lives.

    The caller holds the network's lock; the hooks are gone afterwards, also after a failure.
    """
    found = _known.setdefault(network, {})
    shape = tuple(batch.shape)
    if shape not in found:
        found[shape] = _probed(network, batch)
    return found[shape]


def _probed(network: nn.Module, batch: Tensor) -> Probe:
    layers = list(getattr(network, "cam_layers", None) or ())
    sizes: dict[nn.Module, tuple[int, int]] = {}

    def note(layer: nn.Module, _: tuple, output: Tensor) -> None:
        sizes[layer] = tuple(output.shape[2:])

    with ExitStack() as hooks, torch.no_grad():
        for layer in layers:
            hooks.enter_context(layer.register_forward_hook(note))
        expressions = network(batch).shape[1]
    return Probe(expressions, tuple(sizes[layer] for layer in layers))
