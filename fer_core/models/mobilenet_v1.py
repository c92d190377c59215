"""MobileNetV1 (Howard et al. 2017, arXiv:1704.04861), with the places that A-MobileNet changes left open.

ReLU6 as in the Keras weights that the A-MobileNet paper started from (the V1 paper prints ReLU).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from torch import Tensor, nn

from fer_core.models.blocks import Classifier, conv_bn, dropout_linear, initialise, pool_head
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Howard et al. 2017, arXiv:1704.04861"

# Output channels of the 13 depthwise-separable blocks, and the blocks (1-based) that halve the map (d2..d5).
CHANNELS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
HALVING = (2, 4, 6, 12)


@dataclass(frozen=True, kw_only=True)
class MobileNetV1Config(NetworkConfig):
    """MobileNetV1 at width 1.0."""

    dropout: float = 0.001  # the Keras default


class DepthwiseSeparable(nn.Module):
    """dw3x3-BN-act, pw1x1-BN-ReLU6, attention.

    Shape: (N, c_in, H, W) -> (N, c_out, H / stride, W / stride).
    """

    def __init__(self, c_in: int, c_out: int, stride: int, depthwise_act: str, attention: nn.Module):
        super().__init__()
        self.depthwise = conv_bn(c_in, c_in, 3, stride=stride, groups=c_in, act=depthwise_act)
        self.pointwise = conv_bn(c_in, c_out)
        self.attention = attention

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        return self.attention(self.pointwise(self.depthwise(x)))


class MobileNetV1(Classifier):
    """Stem, 13 depthwise-separable blocks, global average pooling, one linear layer.

    Args:
        config: input, classes and stride plan.
        dropout: before the last layer.
        attention: channels -> module, put behind the blocks in `attended` (1-based).
        linear: blocks (1-based) whose depthwise convolution has no activation.
    """

    def __init__(
        self,
        config: NetworkConfig,
        dropout: float,
        attention: Callable[[int], nn.Module] = lambda channels: nn.Identity(),
        attended: Collection[int] = (),
        linear: Collection[int] = (),
    ):
        super().__init__()
        first, *rest = config.strides()
        strides = dict(zip(HALVING, rest, strict=True))
        c = 32
        blocks: list[nn.Module] = [conv_bn(config.in_channels, c, 3, stride=first)]
        for number, c_out in enumerate(CHANNELS, start=1):
            gate = attention(c_out) if number in attended else nn.Identity()
            act = "none" if number in linear else "relu6"
            blocks.append(DepthwiseSeparable(c, c_out, strides.get(number, 1), act, gate))
            c = c_out
        self.features = nn.Sequential(*blocks)
        self.head = pool_head()
        self.classifier = dropout_linear(c, config.num_classes, dropout)
        initialise(self)


register(
    "mobilenet_v1",
    PAPER,
    lambda config: MobileNetV1(config, config.dropout),
    {"": Variant("MobileNetV1", MobileNetV1Config())},
)
