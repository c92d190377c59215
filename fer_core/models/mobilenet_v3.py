"""MobileNetV3-Small and -Large (Howard et al. 2019, arXiv:1905.02244)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from torch import Tensor, nn

from fer_core.errors import unknown_name
from fer_core.models.attention import SqueezeExcitation
from fer_core.models.blocks import ACTIVATIONS, Classifier, conv_bn, dropout_linear, initialise, make_divisible
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Howard et al. 2019, arXiv:1905.02244"
BN_EPS = 1e-3


class Row(NamedTuple):
    """A line of Table 1 or 2: kernel, expanded channels, output channels, squeeze-excitation?, activation."""

    kernel: int
    hidden: int
    out: int
    se: bool
    act: str


RE, HS = "relu", "hard_swish"

SMALL = (
    Row(3, 16, 16, True, RE), Row(3, 72, 24, False, RE), Row(3, 88, 24, False, RE), Row(5, 96, 40, True, HS),
    Row(5, 240, 40, True, HS), Row(5, 240, 40, True, HS), Row(5, 120, 48, True, HS), Row(5, 144, 48, True, HS),
    Row(5, 288, 96, True, HS), Row(5, 576, 96, True, HS), Row(5, 576, 96, True, HS),
)  # fmt: skip
LARGE = (
    Row(3, 16, 16, False, RE), Row(3, 64, 24, False, RE), Row(3, 72, 24, False, RE), Row(5, 72, 40, True, RE),
    Row(5, 120, 40, True, RE), Row(5, 120, 40, True, RE), Row(3, 240, 80, False, HS), Row(3, 200, 80, False, HS),
    Row(3, 184, 80, False, HS), Row(3, 184, 80, False, HS), Row(3, 480, 112, True, HS), Row(3, 672, 112, True, HS),
    Row(5, 672, 160, True, HS), Row(5, 960, 160, True, HS), Row(5, 960, 160, True, HS),
)  # fmt: skip

# Rows, the rows (0-based) that halve the map (d2..d5), and the width of the linear layer before the classifier.
SIZES = {"small": (SMALL, (0, 1, 3, 8), 1024), "large": (LARGE, (1, 3, 6, 12), 1280)}


@dataclass(frozen=True, kw_only=True)
class MobileNetV3Config(NetworkConfig):
    """small or large, at width 1.0."""

    size: str = "small"
    dropout: float = 0.2


class Block(nn.Module):
    """Expand (absent when nothing expands), depthwise, squeeze-excitation behind its activation, linear projection.

    Shape: (N, c_in, H, W) -> (N, row.out, H / stride, W / stride).
    """

    def __init__(self, c_in: int, row: Row, stride: int):
        super().__init__()
        h = row.hidden
        expand = [conv_bn(c_in, h, act=row.act, eps=BN_EPS)] if h != c_in else []
        gate = [SqueezeExcitation(h, make_divisible(h / 4), "hard_sigmoid")] if row.se else []
        self.body = nn.Sequential(
            *expand,
            conv_bn(h, h, row.kernel, stride=stride, groups=h, act=row.act, eps=BN_EPS),
            *gate,
            conv_bn(h, row.out, act="none", eps=BN_EPS),
        )
        self.has_skip = stride == 1 and c_in == row.out

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        return x + self.body(x) if self.has_skip else self.body(x)


class MobileNetV3(Classifier):
    """Stem, the table's rows, 1x1 convolution to six times the last width, pooling, two linear layers."""

    def __init__(self, config: MobileNetV3Config):
        super().__init__()
        if config.size not in SIZES:
            raise unknown_name("MobileNetV3 size", config.size, SIZES)
        rows, halving, embedding = SIZES[config.size]
        first, *rest = config.strides()
        strides = dict(zip(halving, rest, strict=True))
        c = 16
        blocks: list[nn.Module] = [conv_bn(config.in_channels, c, 3, stride=first, act=HS, eps=BN_EPS)]
        for number, row in enumerate(rows):
            blocks.append(Block(c, row, strides.get(number, 1)))
            c = row.out
        self.features = nn.Sequential(*blocks, conv_bn(c, 6 * c, act=HS, eps=BN_EPS))
        widen = nn.Linear(6 * c, embedding)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), widen, ACTIVATIONS[HS]())
        self.classifier = dropout_linear(embedding, config.num_classes, config.dropout)
        initialise(self, skip=(SqueezeExcitation,))
        nn.init.kaiming_normal_(widen.weight)


BASE = MobileNetV3Config()

register(
    "mobilenet_v3",
    PAPER,
    MobileNetV3,
    {
        "small": Variant("MobileNetV3-Small", BASE),
        "large": Variant("MobileNetV3-Large", replace(BASE, size="large"), base="small"),
    },
)
