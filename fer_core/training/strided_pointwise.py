"""Strided 1x1 convolutions of few channels, whose weight gradient corrupts memory in oneDNN, computed another way.

For channels-last float32 maps of fewer input channels than one vector holds (8 or 16), oneDNN's backward pass writes
past its workspace (uxlfoundation/oneDNN issue 6035; PyTorch 2.13 has it): with mini-Xception's first skip a training
aborts sooner or later. The same sums without the stride are safe: y = conv1x1(x at every stride-th row and column).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS_OF_VECTOR = 16


class StridedPointwise(nn.Conv2d):
    """A 1x1 convolution that drops what its stride skips first: (N, C, H, W) -> (N, D, H / s, W / s)."""

    def forward(self, x: Tensor) -> Tensor:
        """Skip, then convolve."""
        rows, columns = self.stride
        return F.conv2d(x[..., ::rows, ::columns], self.weight, self.bias, groups=self.groups)


def avoid_faulty_gradients(network: nn.Module) -> None:
    """Replace the layers of a network that PyTorch cannot train safely; parameters and names stay."""
    for layer in network.modules():
        if type(layer) is nn.Conv2d and _is_faulty(layer):
            layer.__class__ = StridedPointwise


def _is_faulty(layer: nn.Conv2d) -> bool:
    is_pointwise = layer.kernel_size == (1, 1) and layer.padding == (0, 0)
    return is_pointwise and max(layer.stride) > 1 and layer.in_channels // layer.groups < CHANNELS_OF_VECTOR
