"""LightExNet: a shorter MobileNetV2, a shallow branch from the picture, attention on both, and a joint loss.

A Novel Lightweight Facial Expression Recognition Network Based on Deep Shallow Network Fusion and Attention
Mechanism, Algorithms 2025, 18(8), 473, doi 10.3390/a18080473.

Only the abstract is public to us, so this is a *reconstruction*: it keeps every word of the abstract and meets its
3.27 M parameters (-0.03 %) and 298 M MACs (+0.8 % at 224 px), as would more than a thousand other designs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from fer_core.models.attention import ATTENTION, CBAM
from fer_core.models.blocks import ACTIVATIONS, Classifier, conv_bn, initialise
from fer_core.models.mobilenet_v2 import inverted_residual_rows, row_strides
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Algorithms 2025, 18(8), 473, doi 10.3390/a18080473 (reconstructed from its abstract)"

# MobileNetV2's table with one repeat less in rows 24, 32, 64 and 96: (t, c, n).
DEEP_ROWS = ((1, 16, 1), (6, 24, 1), (6, 32, 2), (6, 64, 3), (6, 96, 2), (6, 160, 3), (6, 320, 1))
STEM_CHANNELS = 32
SHALLOW_CHANNELS = (64, 128, 256, 512)


@dataclass(frozen=True, kw_only=True)
class LightExNetConfig(NetworkConfig):
    """The base row is the deep branch with head and embedding."""

    shallow: bool = False  # the branch of five strided convolutions from the picture
    deep_act: str = "relu6"  # on the deep map before fusion; "none" leaves it linear, as MobileNetV2's head has it
    attention: str = "none"  # none, or csa: channel then spatial gate, reduction 8, on the shallow and the fused map
    # none, or batch: a batch norm behind each attention. The gates of two halves leave the shallow map about a
    # fourteenth of its size (measured), and with it 0.2 % of the variance that the head sees.
    attention_norm: str = "none"
    head_channels: int = 1280
    embedding: int = 128  # size of z, on which the joint loss works
    dropout: float = 0.2


class DeepShallow(nn.Module):
    """[deep(x); attention(shallow(x))], then attention on the fused map.

    Shape: (N, C, H, W) -> (N, 832, H / s, W / s) with the shallow branch, (N, 320, H / s, W / s) without; s is the
    output stride.
    """

    def __init__(self, config: LightExNetConfig):
        super().__init__()
        strides = config.strides()
        attention = ATTENTION[config.attention]
        self.deep = nn.Sequential(
            conv_bn(config.in_channels, STEM_CHANNELS, 3, stride=strides[0]),
            *inverted_residual_rows(STEM_CHANNELS, DEEP_ROWS, row_strides(config)),
        )
        # Behind a linear D the gates pick out rare values of up to 11 and leave the rest near 0 (measured: mean 0.02,
        # extremes -6 and 8), and training hardly moves; the shallow map is bounded in the same way.
        self.deep_act = ACTIVATIONS[config.deep_act]()
        self.channels = DEEP_ROWS[-1][1]
        self.shallow = nn.Sequential()
        if config.shallow:
            self.shallow = shallow_branch(config.in_channels, strides)
            self.shallow.append(attention(SHALLOW_CHANNELS[-1]))
            if config.attention_norm == "batch":
                self.shallow.append(nn.BatchNorm2d(SHALLOW_CHANNELS[-1]))
            self.channels += SHALLOW_CHANNELS[-1]
        self.fused_attention = attention(self.channels)
        if config.attention_norm == "batch":
            self.fused_attention = nn.Sequential(self.fused_attention, nn.BatchNorm2d(self.channels))

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> the maps of both branches, side by side and fused."""
        maps = [self.deep_act(self.deep(x))]
        if len(self.shallow):
            maps.append(self.shallow(x))
        return self.fused_attention(torch.cat(maps, dim=1))


def shallow_branch(in_channels: int, strides: tuple[int, ...]) -> nn.Sequential:
    """3x3 convolution, then four depthwise-separable ones, each with the deep branch's stride."""
    c = STEM_CHANNELS
    layers = [conv_bn(in_channels, c, 3, stride=strides[0])]
    for c_out, stride in zip(SHALLOW_CHANNELS, strides[1:], strict=True):
        layers += [conv_bn(c, c, 3, stride=stride, groups=c), conv_bn(c, c_out)]
        c = c_out
    return nn.Sequential(*layers)


class LightExNet(Classifier):
    """Fused map, 1x1 convolution to the head, pooling, dropout, embedding z, one linear layer."""

    def __init__(self, config: LightExNetConfig):
        super().__init__()
        trunk = DeepShallow(config)
        self.features = nn.Sequential(trunk, conv_bn(trunk.channels, config.head_channels))
        embedding = nn.Linear(config.head_channels, config.embedding)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Dropout(config.dropout), embedding)
        self.classifier = nn.Sequential(nn.Linear(config.embedding, config.num_classes))
        # Behind He weights a tenth of the channel gates start saturated; PyTorch's smaller start leaves them undecided.
        initialise(self, skip=(CBAM,))
        # The embedding feeds another linear layer: the classifier's tiny start would stall both.
        nn.init.kaiming_normal_(embedding.weight, nonlinearity="linear")

    @property
    def cam_layers(self) -> list[nn.Module]:
        """Layers for class activation maps, the deep branch's first."""
        return [*self.features.get_submodule("0.deep").children(), *self.features.children()]


BASE = LightExNetConfig()
SHALLOW = replace(BASE, shallow=True)
SHALLOW_ATTENTION = replace(SHALLOW, attention="csa")
FULL = replace(SHALLOW_ATTENTION, loss="joint")

register(
    "lightexnet",
    PAPER,
    LightExNet,
    {
        "": Variant("LightExNet", FULL, base="shallow_attention"),
        "backbone": Variant("LightExNet backbone", BASE),
        "shallow": Variant("LightExNet backbone + shallow branch", SHALLOW, base="backbone"),
        "shallow_attention": Variant("LightExNet without joint loss", SHALLOW_ATTENTION, base="shallow"),
        "attention": Variant("LightExNet backbone + attention", replace(BASE, attention="csa"), base="backbone"),
        "norm": Variant("LightExNet, attention normalised", replace(FULL, attention_norm="batch"), base=""),
        "s16": Variant("LightExNet at stride 16", replace(FULL, output_stride=16), base=""),
    },
)
