"""MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from torch import Tensor, nn

from fer_core.models.blocks import Classifier, conv_bn, dropout_linear, initialise, make_divisible, pool_head
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Sandler et al. 2018, arXiv:1801.04381"

# Table 2 of the paper: expansion t, output channels c, repeats n; the first block of a row carries the stride.
ROWS = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))


@dataclass(frozen=True, kw_only=True)
class MobileNetV2Config(NetworkConfig):
    """Width scales all channels but the head, as in the common implementations."""

    width: float = 1.0
    head_channels: int = 1280
    dropout: float = 0.2


class InvertedResidual(nn.Module):
    """1x1 expand (absent when t = 1), dw3x3, linear 1x1 project; skip if the shape stays.

    Shape: (N, c_in, H, W) -> (N, c_out, H / stride, W / stride).
    """

    def __init__(self, c_in: int, c_out: int, stride: int, expansion: int):
        super().__init__()
        hidden = c_in * expansion
        expand = [conv_bn(c_in, hidden)] if expansion != 1 else []
        self.body = nn.Sequential(
            *expand,
            conv_bn(hidden, hidden, 3, stride=stride, groups=hidden),
            conv_bn(hidden, c_out, act="none"),
        )
        self.has_skip = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        return x + self.body(x) if self.has_skip else self.body(x)


def row_strides(config: NetworkConfig) -> tuple[int, ...]:
    """Strides of the seven rows, from the stride plan's d2..d5: rows 24, 32, 64 and 160 halve the map."""
    _, d2, d3, d4, d5 = config.strides()
    return (1, d2, d3, d4, 1, d5, 1)


def inverted_residual_rows(
    c: int, rows: Iterable[tuple[int, int, int]], strides: Iterable[int]
) -> Iterator[InvertedResidual]:
    """Yield the blocks of a table of (t, c, n), starting from c channels."""
    for (t, c_out, n), stride in zip(rows, strides, strict=True):
        for repeat in range(n):
            yield InvertedResidual(c, c_out, stride if repeat == 0 else 1, t)
            c = c_out


class MobileNetV2(Classifier):
    """Stem, seven rows of inverted residuals, 1x1 convolution to the head, pooling, one linear layer."""

    def __init__(self, config: MobileNetV2Config):
        super().__init__()
        rows = [(t, make_divisible(c * config.width), n) for t, c, n in ROWS]
        stem = make_divisible(32 * config.width)
        self.features = nn.Sequential(
            conv_bn(config.in_channels, stem, 3, stride=config.strides()[0]),
            *inverted_residual_rows(stem, rows, row_strides(config)),
            conv_bn(rows[-1][1], config.head_channels),
        )
        self.head = pool_head()
        self.classifier = dropout_linear(config.head_channels, config.num_classes, config.dropout)
        initialise(self)


BASE = MobileNetV2Config()

register(
    "mobilenet_v2",
    PAPER,
    MobileNetV2,
    {
        "": Variant("MobileNetV2", BASE),
        "w075": Variant("MobileNetV2 x0.75", replace(BASE, width=0.75), base=""),
    },
)
