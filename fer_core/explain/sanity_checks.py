"""Does a map depend on what the network has learned? The weight-randomisation check of Adebayo et al. 2018.

"Sanity Checks for Saliency Maps", arXiv:1810.03292, section 3. A method that draws the same map for a network with
random weights shows the picture, not the network.
"""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn

from fer_core.errors import ConfigError
from fer_core.explain.attribution import attribute
from fer_core.explain.map_similarity import rank_correlation
from fer_core.inference.model_state import Loaded, exclusive_eval
from fer_core.onnx.network import needs_gradients

SEEDS = (0, 1)
SHARES = (0.5, 1.0)  # of the layers, from the logits down; 1 is all of them
SAME = 0.5  # mean rank correlation at or above which a map has not changed


@dataclass(frozen=True)
class Randomised:
    """How a map changed when the weights were randomised.

    Args:
        correlations: by share of the layers, counted from the logits down, the mean rank correlation of the magnitudes
            with the original map; a flat map counts as 0, since it shows nothing of the original.
    """

    correlations: tuple[float, ...]

    @property
    def changes(self) -> bool:
        """Whether the map changes with the weights, for each share of randomised layers."""
        return max(self.correlations) < SAME


def randomised(predictor: Loaded, array: np.ndarray, target: int, method: str, values: np.ndarray) -> Randomised:
    """Compute a map again on copies of the network with random weights; the live network is only read.

    Args:
        values: the map (H, W) that `attribute` gave for the same arguments.

    Raises:
        ConfigError: see `attribute`.
    """
    if reason := needs_gradients(predictor.network):
        raise ConfigError(f"its weights cannot be exchanged: {reason.partition(';')[0]}")
    correlations = []
    for share in SHARES:
        against = [attribute(_copied(predictor, share, seed), array, target, method).values for seed in SEEDS]
        correlations.append(float(np.mean([rank_correlation(abs(values), abs(other)) or 0.0 for other in against])))
    return Randomised(tuple(correlations))


def _copied(predictor: Loaded, share: float, seed: int) -> Loaded:
    with exclusive_eval(predictor) as network:
        twin = copy.deepcopy(network)
    randomise_weights(twin, share, seed)
    return SimpleNamespace(network=twin, lock=threading.Lock())


@torch.no_grad()
def randomise_weights(network: nn.Module, share: float, seed: int) -> None:
    """Shuffle the weights of the last `share` of the layers, in place: each tensor keeps its values, not their places.

    Fresh draws would also do, but deep networks then overflow behind batch norm's stored statistics; shuffling keeps
    every layer's scale. Layers are the modules that own weights, in the order of their registration.
    """
    generator = torch.Generator().manual_seed(seed)
    layers = [
        module for module in network.modules() if module._parameters and any(True for _ in module.parameters(False))
    ]
    for layer in layers[len(layers) - round(share * len(layers)) :]:
        for weights in layer.parameters(recurse=False):
            places = torch.randperm(weights.numel(), generator=generator).to(weights.device)
            weights.copy_(weights.flatten()[places].view_as(weights))
