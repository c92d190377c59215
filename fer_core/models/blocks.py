"""Layers that the families share. Activations are modules, one instance per use, never in place: hooks read them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "hard_swish": nn.Hardswish,
    "hard_sigmoid": nn.Hardsigmoid,
    "sigmoid": nn.Sigmoid,
}


def make_divisible(channels: float) -> int:
    """Round to the nearest multiple of 8, never below 90 % of `channels` (Sandler et al. 2018, their code)."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def conv_bn(
    c_in: int, c_out: int, kernel: int = 1, *, stride: int = 1, groups: int = 1, act: str = "relu6", eps: float = 1e-5
) -> nn.Sequential:
    """Bias-free convolution, batch norm, activation: (N, c_in, H, W) -> (N, c_out, H / stride, W / stride)."""
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(c_out, eps=eps),
        ACTIVATIONS[act](),
    )


class Classifier(nn.Module):
    """Base of all networks: logits = classify(embed(x)).

    A family sets `features` (picture to last map), `head` (map to embedding) and `classifier` (embedding to logits).
    The embedding is what center loss sees: it is taken before dropout.

    Shape: (N, in_channels, H, W) -> (N, num_classes); embed gives (N, D).
    """

    features: nn.Module
    head: nn.Module
    classifier: nn.Module

    @property
    def cam_layers(self) -> list[nn.Module]:
        """Modules whose output maps Grad-CAM may be taken from, shallow to deep; the last is the map before pooling."""
        return list(self.features.children())

    @property
    def embedding_size(self) -> int:
        """D of the embedding."""
        return next(m for m in self.classifier.modules() if isinstance(m, nn.Linear)).in_features

    def embed(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> (N, D)."""
        return self.head(self.features(x))

    def classify(self, embedding: torch.Tensor) -> torch.Tensor:
        """(N, D) -> (N, K) logits."""
        return self.classifier(embedding)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> logits (N, K)."""
        return self.classify(self.embed(x))


def pool_head() -> nn.Sequential:
    """Global average pooling: (N, C, H, W) -> (N, C)."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1))


def dropout_linear(features: int, num_classes: int, dropout: float) -> nn.Sequential:
    """Dropout and the last linear layer: (N, features) -> (N, num_classes)."""
    return nn.Sequential(nn.Dropout(dropout), nn.Linear(features, num_classes))


def initialise(network: nn.Module, *, skip: tuple[type[nn.Module], ...] = ()) -> None:
    """Initialise in place: He-normal convolutions, small linear weights, as in the MobileNetV2 reference training.

    Args:
        skip: module types that keep PyTorch's smaller initial values, with all their submodules.
    """
    skipped = {part for module in network.modules() if isinstance(module, skip) for part in module.modules()}
    for module in network.modules():
        if module in skipped:
            continue
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
            nn.init.zeros_(module.bias)
