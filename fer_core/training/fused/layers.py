"""A faster training step on a CPU: batch norm and activation in one pass each way, depthwise convolutions in bfloat16.

PyTorch reads a map once for each of statistics, normalisation and activation, and again for each backward; most of a
step of a network of separable convolutions is such passes. `fuse` replaces them in a network that is to be trained:

    y = act(gamma (x - mean) / sqrt(var + eps) + beta),    mean and var over (N, H, W)

    dL/dgamma = sum g (x - mean) / sqrt(var + eps),   dL/dbeta = sum g,   g = dL/dy act'(z)
    dL/dx     = gamma / sqrt(var + eps) (g - mean(g) - (x - mean) / (var + eps) mean(g (x - mean)))

Parameters, buffers and their names stay, so that state dicts fit in both directions; in eval mode the layers are
PyTorch's own. The kernels are numba's, an optional dependency (requirements-training.txt); nothing else needs them.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn

from fer_core.errors import ConfigError
from fer_core.models.i_mobilenet_v2 import Block, ReverseFusion

# Maps of fewer elements are left to PyTorch: they stay in the cache, and a call of a kernel costs more than its passes.
NORM_ELEMENTS, DEPTHWISE_ELEMENTS = 2**20, 2**21
# PyTorch's exp takes most of such a pass, so these are worth it on smaller maps.
EXPONENTIAL_ELEMENTS = dict.fromkeys(("selu", "reverse_selu"), 2**18)
# Where its result has up to this side, PyTorch's depthwise backward pass takes several times as long as on larger maps.
SMALL_SIDE = 2

KERNELS: dict[type[nn.Module], str] = {
    nn.Identity: "identity",
    nn.ReLU: "relu",
    nn.ReLU6: "relu6",
    nn.Hardswish: "hard_swish",
    nn.SELU: "selu",
}
REVERSED = ("relu6", "selu")
MAP_TYPES = (torch.float32, torch.bfloat16)


def obstacle(device: torch.device) -> str:
    """Why the kernels cannot run there, as a clause that ends in what would help; "" if they can."""
    if device.type != "cpu":
        return "fused layers are for CPUs"
    try:
        importlib.import_module("numba")
    except ImportError as error:  # not installed, or not for the NumPy that is
        return f"fused layers need numba ({error}): pip install -r requirements-training.txt"
    return ""


def fuse(network: nn.Module) -> None:
    """Let a network on a CPU compute its norms, activations and depthwise convolutions in fused kernels in training.

    Raises:
        ConfigError: where numba cannot be imported.
    """
    if why := obstacle(torch.device("cpu")):
        raise ConfigError(why)
    for norm, owner, name in list(_chains(network)):
        act = getattr(owner, name) if owner else nn.Identity()
        norm.__class__ = FusedBatchNorm2d  # as PyTorch's lazy modules do: parameters and hooks stay
        norm.act, norm.kernel = act, kernel_of(act)  # type: ignore[assignment]  # it is a FusedBatchNorm2d now
        if owner:
            setattr(owner, name, nn.Identity())
    for layer in network.modules():
        if type(layer) is nn.Conv2d and _is_depthwise(layer):
            layer.__class__ = FusedDepthwise


def kernel_of(act: nn.Module) -> str | None:
    """The kernel that computes an activation module, None if there is none."""
    if isinstance(act, ReverseFusion):
        plain = KERNELS.get(type(act.direct.act))
        return f"reverse_{plain}" if act.kind == "sum" and plain in REVERSED else None
    return KERNELS.get(type(act))


def _chains(network: nn.Module) -> Iterator[tuple[nn.BatchNorm2d, nn.Module | None, str]]:
    """Yield every batch norm with the owner and name of the activation that is all that follows it, (None, "") if none.

    In a Sequential that is the next module; in a block of I-MobileNetV2 `rfm` follows the depthwise convolution's norm.
    """
    followed: dict[nn.Module, tuple[nn.Module, str]] = {}
    for module in network.modules():
        if isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward:
            followed |= {norm: (module, name) for (_, norm), (name, _) in pairwise(module.named_children())}
    for module in network.modules():
        if isinstance(module, Block):
            followed[module.depthwise[1]] = (module, "rfm")
    for norm in network.modules():
        if type(norm) is nn.BatchNorm2d and norm.affine and norm.track_running_stats and norm.momentum is not None:
            owner, name = followed.get(norm, (None, ""))
            has_kernel = owner is not None and kernel_of(getattr(owner, name)) is not None
            yield (norm, owner, name) if has_kernel else (norm, None, "")


def _is_depthwise(layer: nn.Conv2d) -> bool:
    is_3x3 = layer.kernel_size == (3, 3) and layer.padding == (1, 1) and layer.dilation == (1, 1)
    is_deep = layer.groups == layer.in_channels == layer.out_channels and layer.bias is None
    return is_3x3 and is_deep and layer.stride in ((1, 1), (2, 2)) and layer.padding_mode == "zeros"


class FusedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm and the activation behind it: (N, C, H, W) -> the same, in the type of the input.

    act: the activation's module, for eval mode; kernel: what computes both in training.
    """

    act: nn.Module
    kernel: str
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor
    momentum: float

    def forward(self, x: Tensor) -> Tensor:
        """Compute as batch norm and the activation would, one after the other."""
        n = x.numel() // x.shape[1]
        least = EXPONENTIAL_ELEMENTS.get(self.kernel, NORM_ELEMENTS)
        if not self.training or n <= 1 or x.dtype not in MAP_TYPES or x.numel() < least:
            return self.act(super().forward(x))
        from fer_core.training.fused.autograd import NormActivation

        y, mean, var = NormActivation.apply(x, self.weight, self.bias, self.eps, self.kernel)
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * (n / (n - 1)), self.momentum)
        return y


class FusedDepthwise(nn.Conv2d):
    """A depthwise 3x3 convolution that takes large bfloat16 maps as they are, and is quick where it gives tiny ones:
    (N, C, H, W) -> (N, C, H / s, W / s).
    """

    def forward(self, x: Tensor) -> Tensor:
        """Compute as the convolution would."""
        is_small = max(x.shape[2:]) <= SMALL_SIDE * self.stride[0] and x.dtype in MAP_TYPES
        is_large = x.dtype == torch.bfloat16 and x.numel() >= DEPTHWISE_ELEMENTS
        if not self.training or not x.numel() or not (is_small or is_large):
            return super().forward(x)
        from fer_core.training.fused.autograd import Depthwise

        return Depthwise.apply(x, self.weight, self.stride[0])
