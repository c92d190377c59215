"""Random tensors in the layouts of the published ImageNet files, and the networks that they belong to, written plainly.

The forward passes here name no module of fer_core: convolutions, batch norms and additions, in the papers' order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

V1_CHANNELS = (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
V1_HALVING = (2, 4, 6, 12)
# expansion, channels, repeats, stride: table 2 of Sandler et al. 2018
V2_TABLE = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip


def kernel(c_out: int, c_in: int, size: int, rng: torch.Generator) -> Tensor:
    """He-normal, so that maps keep their size through a deep network."""
    return torch.randn(c_out, c_in, size, size, generator=rng) * math.sqrt(2 / (c_in * size * size))


def norm(channels: int, rng: torch.Generator) -> dict[str, Tensor]:
    """A batch norm's tensors, near enough to one that maps neither fade nor saturate through a deep network."""
    return {
        "weight": 0.75 + 0.5 * torch.rand(channels, generator=rng),
        "bias": 0.1 * torch.randn(channels, generator=rng),
        "running_mean": 0.1 * torch.randn(channels, generator=rng),
        "running_var": 0.75 + 0.5 * torch.rand(channels, generator=rng),
    }


def named(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{key}": tensor for key, tensor in tensors.items()}


def v1_tensors(seed: int = 0) -> dict[str, Tensor]:
    """MobileNetV1's trunk, drawn at random."""
    rng = torch.Generator().manual_seed(seed)
    tensors = {"stem.conv.weight": kernel(32, 3, 3, rng), **named("stem.bn", norm(32, rng))}
    for i in range(1, 14):
        c_in, c_out = V1_CHANNELS[i - 1], V1_CHANNELS[i]
        tensors |= {f"block{i}.depthwise.weight": kernel(c_in, 1, 3, rng)}
        tensors |= named(f"block{i}.depthwise_bn", norm(c_in, rng))
        tensors |= {f"block{i}.pointwise.weight": kernel(c_out, c_in, 1, rng)}
        tensors |= named(f"block{i}.pointwise_bn", norm(c_out, rng))
    return tensors


def v1_forward(tensors: dict[str, Tensor], x: Tensor) -> Tensor:
    """The last map of MobileNetV1, with 3x3 kernels padded all around and batch-norm epsilon 1e-3."""
    x = _step(x, tensors["stem.conv.weight"], _part(tensors, "stem.bn"), stride=2, eps=1e-3)
    for i in range(1, 14):
        for part, stride in (("depthwise", 2 if i in V1_HALVING else 1), ("pointwise", 1)):
            name = f"block{i}.{part}"
            x = _step(x, tensors[f"{name}.weight"], _part(tensors, f"{name}_bn"), stride=stride, eps=1e-3)
    return x


def v2_blocks() -> Iterator[tuple[int, int, int, int]]:
    """(input channels, expansion, output channels, stride) of blocks 1 to 17."""
    c_in = 32
    for t, c_out, n, stride in V2_TABLE:
        for repeat in range(n):
            yield c_in, t, c_out, stride if repeat == 0 else 1
            c_in = c_out


def v2_tensors(seed: int = 0) -> dict[str, Tensor]:
    """MobileNetV2's trunk under torchvision's names, drawn at random."""
    rng = torch.Generator().manual_seed(seed)
    tensors = {"features.0.0.weight": kernel(32, 3, 3, rng), **named("features.0.1", norm(32, rng))}
    for i, (c_in, t, c_out, _) in enumerate(v2_blocks(), 1):
        wide, block = t * c_in, f"features.{i}.conv"
        layers = [kernel(wide, c_in, 1, rng)] if t > 1 else []
        layers += [kernel(wide, 1, 3, rng), kernel(c_out, wide, 1, rng)]
        names = [f"{block}.{place}" for place in range(len(layers) - 1)]
        for weight, layer in zip(layers[:-1], names, strict=True):
            tensors |= {f"{layer}.0.weight": weight, **named(f"{layer}.1", norm(wide, rng))}
        last = len(layers) - 1
        tensors |= {f"{block}.{last}.weight": layers[-1], **named(f"{block}.{last + 1}", norm(c_out, rng))}
    return tensors | {"features.18.0.weight": kernel(1280, 320, 1, rng), **named("features.18.1", norm(1280, rng))}


def v2_block(tensors: dict[str, Tensor], i: int, x: Tensor) -> Tensor:
    """One inverted residual of MobileNetV2, block 1 to 17."""
    c_in, t, c_out, stride = list(v2_blocks())[i - 1]
    block, y, place = f"features.{i}.conv", x, 0
    for step in (1, stride) if t > 1 else (stride,):
        y = _step(y, tensors[f"{block}.{place}.0.weight"], _part(tensors, f"{block}.{place}.1"), stride=step)
        place += 1
    y = functional.conv2d(y, tensors[f"{block}.{place}.weight"])
    y = _normalised(y, _part(tensors, f"{block}.{place + 1}"), 1e-5)
    return x + y if stride == 1 and c_in == c_out else y


def v2_forward(tensors: dict[str, Tensor], x: Tensor) -> Tensor:
    """The last map of MobileNetV2."""
    x = _step(x, tensors["features.0.0.weight"], _part(tensors, "features.0.1"), stride=2)
    for i in range(1, 18):
        x = v2_block(tensors, i, x)
    return _step(x, tensors["features.18.0.weight"], _part(tensors, "features.18.1"))


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key: tensors[f"{prefix}.{key}"] for key in ("weight", "bias", "running_mean", "running_var")}


def _step(x: Tensor, weight: Tensor, bn: dict[str, Tensor], *, stride: int = 1, eps: float = 1e-5) -> Tensor:
    """Convolution, batch norm, ReLU6; a kernel with one input channel is depthwise, unless the picture has one."""
    groups = x.shape[1] if weight.shape[1] == 1 and x.shape[1] > 1 else 1
    y = functional.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2, groups=groups)
    return _normalised(y, bn, eps).clamp(0, 6)


def _normalised(x: Tensor, bn: dict[str, Tensor], eps: float) -> Tensor:
    scale = bn["weight"] / torch.sqrt(bn["running_var"] + eps)
    return x * scale[:, None, None] + (bn["bias"] - bn["running_mean"] * scale)[:, None, None]
