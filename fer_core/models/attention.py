"""Attention gates, each readable by name.

Every gate's last step is a `Gate` module, so a forward hook on it sees exactly what the features are multiplied with
(or, for reverse fusion, added from), and `named_gates` finds them all without knowing the network.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from fer_core.models.blocks import ACTIVATIONS


class Gate(nn.Module):
    """The last activation of an attention branch.

    kind is "channel" (output (N, C, 1, 1)), "spatial" (output (N, 1, H, W)) or "branch" (one of the two maps that a
    reverse fusion adds, output (N, C, H, W)).
    """

    def __init__(self, kind: str, act: str = "sigmoid"):
        super().__init__()
        self.kind = kind
        self.act = ACTIVATIONS[act]()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> the same shape."""
        return self.act(x)


def named_gates(network: nn.Module) -> dict[str, Gate]:
    """All gates of a network by their module path, in forward order of construction."""
    return {name: module for name, module in network.named_modules() if isinstance(module, Gate)}


class SqueezeExcitation(nn.Module):
    """Rescale each channel by a gate computed from the whole picture.

    s = gate(W2 relu(W1 mean_hw(x))),  y = s * x      (Hu et al. 2018, Eq. 2-4, arXiv:1709.01507)

    1x1 convolutions stand for the paper's dense layers and keep (N, C, 1, 1) shapes; both have biases.

    Args:
        channels: C of the input.
        squeeze: channels of the bottleneck.
        gate: "sigmoid" (the paper) or "hard_sigmoid" (MobileNetV3).

    Shape: (N, C, H, W) -> (N, C, H, W). Cost: 2 * channels * squeeze MACs.
    """

    def __init__(self, channels: int, squeeze: int, gate: str = "sigmoid"):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(channels, squeeze, 1)
        self.act = nn.ReLU()
        self.expand = nn.Conv2d(squeeze, channels, 1)
        self.gate = Gate("channel", gate)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> the same shape, channels scaled by their gates."""
        return x * self.gate(self.expand(self.act(self.reduce(self.pool(x)))))


class ChannelAttention(nn.Module):
    """CBAM's channel half: Mc = sigmoid(W1 relu(W0 avg) + W1 relu(W0 max)), y = Mc * x (Woo et al. 2018, Eq. 2).

    The shared, bias-free W0 and W1 run once over both pooled vectors side by side, (N, C, 2, 1): the same numbers, and
    no module is called twice, which attribution methods need.

    Shape: (N, C, H, W) -> (N, C, H, W). Cost: 4 * C * C / reduction MACs.
    """

    def __init__(self, channels: int, reduction: int):
        super().__init__()
        self.mean_pool = nn.AdaptiveAvgPool2d(1)
        self.max_pool = nn.AdaptiveMaxPool2d(1)
        self.reduce = nn.Conv2d(channels, channels // reduction, 1, bias=False)
        self.act = nn.ReLU()
        self.expand = nn.Conv2d(channels // reduction, channels, 1, bias=False)
        self.gate = Gate("channel")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> the same shape, channels scaled by their gates."""
        pooled = torch.cat([self.mean_pool(x), self.max_pool(x)], dim=2)  # (N, C, 2, 1)
        logits = self.expand(self.act(self.reduce(pooled))).sum(dim=2, keepdim=True)  # (N, C, 1, 1)
        return x * self.gate(logits)


class SpatialAttention(nn.Module):
    """CBAM's spatial half: Ms = sigmoid(conv7x7([mean_c x; max_c x])), y = Ms * x (Woo et al. 2018, Eq. 3).

    A-MobileNet prints 3x7 in its Eq. 3 and says 7x7 in its text; we take 7x7, as CBAM does. No bias.

    Shape: (N, C, H, W) -> (N, C, H, W). Cost: 98 * H * W MACs.
    """

    def __init__(self, kernel: int = 7):
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)
        self.gate = Gate("spatial")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> the same shape, places scaled by their gates."""
        summary = torch.cat([x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)], dim=1)  # (N, 2, H, W)
        return x * self.gate(self.conv(summary))


class CBAM(nn.Sequential):
    """Channel attention, then spatial attention (Woo et al. 2018, arXiv:1807.06521).

    Args:
        channels: C of the input.
        reduction: 16 in A-MobileNet (fits its 3.4 M), 8 in our reading of LightExNet's "CSA".

    Shape: (N, C, H, W) -> (N, C, H, W).
    """

    def __init__(self, channels: int, reduction: int = 16):
        super().__init__()
        self.channel = ChannelAttention(channels, reduction)
        self.spatial = SpatialAttention()


def start_gates_even(network: nn.Module) -> None:
    """Set every CBAM gate of a new network to 1/2, for all channels and places of all faces alike.

    The last layer of both halves starts at 0; CBAM's authors do so with their spatial half's. CBAM reads maxima, so
    behind He weights its gates start decided: in A-MobileNet on ImageNet weights 60 % of the channel gates are below
    0.05 or above 0.95 before the first step, which takes most of the trained features away. A gate that is the same
    everywhere leaves them as they are, since the batch norms behind it take its constant out.
    """
    for module in network.modules():
        if isinstance(module, ChannelAttention):
            # PyTorch's smaller values are overrun by the first steps, in which all hidden units can die for good.
            nn.init.kaiming_normal_(module.reduce.weight, mode="fan_out")
            nn.init.zeros_(module.expand.weight)
        elif isinstance(module, SpatialAttention):
            nn.init.zeros_(module.conv.weight)


# One signature for all: channels -> module. "none" is the identity, so that no forward() needs an if.
ATTENTION: dict[str, Callable[[int], nn.Module]] = {
    "none": lambda channels: nn.Identity(),
    "se": lambda channels: SqueezeExcitation(channels, channels // 4),
    "cbam": lambda channels: CBAM(channels, reduction=16),
    "csa": lambda channels: CBAM(channels, reduction=8),
}
