"""I-MobileNetV2: MobileNetV2 x0.75 with a shorter head, squeeze-excitation, reverse fusion and SELU.

Zhu et al., A study on expression recognition based on improved mobilenetV2 network, Sci. Rep. 2024,
doi 10.1038/s41598-024-58736-x.

Readings that we chose (Table 1, Fig. 3): map sizes of Table 1 over its stride column; repeats 2, 3, 4, 3, 2, 1;
channels are scaled by 0.75 and rounded to 8; squeeze-excitation on the projected output of rows 2 and 6, before the
skip; reverse fusion u = act(y) + act(-y) at the depthwise activation; no 1280-channel head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from fer_core.errors import unknown_name
from fer_core.models.attention import Gate, SqueezeExcitation
from fer_core.models.blocks import ACTIVATIONS, Classifier, conv_bn, initialise, make_divisible, pool_head
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Zhu et al. 2024, Sci. Rep., doi 10.1038/s41598-024-58736-x"

STEM_CHANNELS = 16
ROW_CHANNELS = (24, 32, 64, 96, 160, 320)  # rows 2..7 of Table 1, before the width
EXPANSION = (2, 6, 6, 6, 6, 6)
REPEATS = {"reconciled": (2, 3, 4, 3, 2, 1), "literal": (2, 3, 3, 4, 2, 3)}  # literal: Table 1's n column as printed
ATTENDED_ROWS = (2, 6)


@dataclass(frozen=True, kw_only=True)
class IMobileNetV2Config(NetworkConfig):
    """The base row is "V2 0.75" of the paper's Table 2."""

    width: float = 0.75
    repeats: str = "reconciled"  # reconciled or literal
    attention: str = "none"  # none, or se
    se_place: str = "output"  # output (projected map, before the skip) or hidden (behind the depthwise activation)
    se_reduction: int = 4
    rfm: str = "none"  # reverse fusion: none, sum, diff, dw or cat
    rfm_shift: float = 2.0  # start of the batch-norm bias before a reverse fusion, see ReverseFusion
    activation: str = "relu6"


class ReverseFusion(nn.Module):
    """Fuse the activation of a map with the activation of its negative (Fig. 3 of the paper, which has no formula).

    sum:  u = act(y) + act(-y)        our reading: the text says "summation", and Table 2's size stays
    diff: u = act(y) - act(-y)
    dw:   u = a * act(y) + b * act(-y), a and b learned per channel, starting at 1
    cat:  u = [act(y); act(-y)], twice the channels

    Both activations are gates of kind "branch", so that they can be shown separately.

    `sum` is even in y: where y is centred on 0, as batch norm starts it, no sign survives, and fifteen such steps in a
    row pass on almost nothing. The complete network then stayed at chance (validation 25.4 % after five epochs at rate
    0.1). Our reading: the bias of the batch norm before it starts at `rfm_shift`; training may move it anywhere.

    Shape: (N, C, H, W) -> (N, C, H, W), or (N, 2C, H, W) for cat.
    """

    def __init__(self, channels: int, kind: str, act: str):
        super().__init__()
        if kind not in REVERSE_FUSIONS:
            raise unknown_name("reverse fusion", kind, ["none", *REVERSE_FUSIONS])
        self.kind = kind
        self.direct = Gate("branch", act)
        self.reverse = Gate("branch", act)
        self.fuse = REVERSE_FUSIONS[kind](channels)

    def forward(self, y: Tensor) -> Tensor:
        """(N, C, H, W) -> the same shape; negative values pass through a separate branch."""
        return self.fuse(self.direct(y), self.reverse(-y))


class _Sum(nn.Module):
    def forward(self, direct: Tensor, reverse: Tensor) -> Tensor:
        return direct + reverse


class _Difference(nn.Module):
    def forward(self, direct: Tensor, reverse: Tensor) -> Tensor:
        return direct - reverse


class _Concatenation(nn.Module):
    def forward(self, direct: Tensor, reverse: Tensor) -> Tensor:
        return torch.cat([direct, reverse], dim=1)


class _WeightedSum(nn.Module):
    """The two learned scales are 1x1 depthwise convolutions, so that counters see their multiply-adds."""

    def __init__(self, channels: int):
        super().__init__()
        self.a = nn.Conv2d(channels, channels, 1, groups=channels, bias=False)
        self.b = nn.Conv2d(channels, channels, 1, groups=channels, bias=False)

    def forward(self, direct: Tensor, reverse: Tensor) -> Tensor:
        return self.a(direct) + self.b(reverse)


REVERSE_FUSIONS = {
    "sum": lambda channels: _Sum(),
    "diff": lambda channels: _Difference(),
    "dw": _WeightedSum,
    "cat": lambda channels: _Concatenation(),
}


def depthwise_activation(channels: int, rfm: str, act: str) -> nn.Module:
    """The activation behind a depthwise convolution: plain, or a reverse fusion of it."""
    return ACTIVATIONS[act]() if rfm == "none" else ReverseFusion(channels, rfm, act)


class Block(nn.Module):
    """e = act(BN(1x1 x)); u = RFM(BN(dw3x3 e)); z = BN(1x1 u); z = SE(z); out = x + z if the shape stays.

    Shape: (N, c_in, H, W) -> (N, c_out, H / stride, W / stride).
    """

    def __init__(
        self, c_in: int, c_out: int, stride: int, expansion: int, *, attended: bool, config: IMobileNetV2Config
    ):
        super().__init__()
        hidden = c_in * expansion
        place = config.se_place if attended and config.attention == "se" else "nowhere"
        r = config.se_reduction
        self.expand = conv_bn(c_in, hidden, act=config.activation)
        self.depthwise = conv_bn(hidden, hidden, 3, stride=stride, groups=hidden, act="none")
        self.rfm = depthwise_activation(hidden, config.rfm, config.activation)
        fused = hidden * 2 if config.rfm == "cat" else hidden
        self.hidden_se = SqueezeExcitation(fused, fused // r) if place == "hidden" else nn.Identity()
        self.project = conv_bn(fused, c_out, act="none")
        self.se = SqueezeExcitation(c_out, c_out // r) if place == "output" else nn.Identity()
        self.has_skip = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        u = self.rfm(self.depthwise(self.expand(x)))
        z = self.se(self.project(self.hidden_se(u)))
        return x + z if self.has_skip else z


class IMobileNetV2(Classifier):
    """Stem, six rows of blocks, pooling, one linear layer (the paper's 1x1 convolution on the pooled map)."""

    def __init__(self, config: IMobileNetV2Config):
        super().__init__()
        first, d2, d3, d4, d5 = config.strides()
        strides = (d2, d3, d4, 1, d5, 1)
        repeats = REPEATS[config.repeats]
        c = make_divisible(STEM_CHANNELS * config.width)
        blocks: list[nn.Module] = [conv_bn(config.in_channels, c, 3, stride=first, act=config.activation)]
        for row, (channels, t, n, stride) in enumerate(zip(ROW_CHANNELS, EXPANSION, repeats, strides, strict=True), 2):
            c_out = make_divisible(channels * config.width)
            for repeat in range(n):
                attended = row in ATTENDED_ROWS
                blocks.append(Block(c, c_out, stride if repeat == 0 else 1, t, attended=attended, config=config))
                c = c_out
        self.features = nn.Sequential(*blocks)
        self.head = pool_head()
        self.classifier = nn.Sequential(nn.Linear(c, config.num_classes))
        initialise(self)
        for module in self.modules():
            if isinstance(module, Block) and config.rfm != "none":
                nn.init.constant_(module.depthwise.get_parameter("1.bias"), config.rfm_shift)
            if isinstance(module, _WeightedSum):  # "dw" starts as "sum"
                nn.init.ones_(module.a.weight)
                nn.init.ones_(module.b.weight)


BASE = IMobileNetV2Config()
SE = replace(BASE, attention="se")
SE_RFM = replace(SE, rfm="sum")
FULL = replace(SE_RFM, activation="selu")

register(
    "i_mobilenet_v2",
    PAPER,
    IMobileNetV2,
    {
        "": Variant("I-MobileNetV2", FULL, base="se_rfm"),
        "base": Variant("I-MobileNetV2 base (V2 x0.75)", BASE),
        "se": Variant("I-MobileNetV2 base + SE", SE, base="base"),
        "rfm": Variant("I-MobileNetV2 base + reverse fusion", replace(BASE, rfm="sum"), base="base"),
        "selu": Variant("I-MobileNetV2 base + SELU", replace(BASE, activation="selu"), base="base"),
        "se_rfm": Variant("I-MobileNetV2 without SELU", SE_RFM, base="se"),
        "s16": Variant("I-MobileNetV2 at stride 16", replace(FULL, output_stride=16), base=""),
    },
)
